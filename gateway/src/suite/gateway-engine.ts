import { join } from 'node:path'

interface Command {
  program: string
  args: string[]
  environment: Record<string, string>
}

/** A program that does what `krakend.json` says. */
export interface GatewayEngine {
  run(file: string, port: number): Command
  /** Where the program can check a file without running it. */
  check?(file: string): Command
  /** What the programs do differently. Nothing behind a gateway may depend on any of it. */
  differences: {
    /** Hop-by-hop headers of a service's answer, such as Keep-Alive, reach the client. */
    passesHopByHopAnswers: boolean
    /** A chunked answer that is cut off looks whole to the client. */
    endsCutChunksCleanly: boolean
  }
}

const root = join(import.meta.dirname, '../../..')

const sourceOptions = ['--import', 'tsx', '--conditions=@accounts/source']

export const embeddedEngine: GatewayEngine = {
  run: (file, port) => ({
    program: process.execPath,
    args: [...sourceOptions, join(root, 'gateway/src/embedded/main.ts'), '-c', file, '-p', String(port)],
    environment: {},
  }),
  differences: { passesHopByHopAnswers: false, endsCutChunksCleanly: false },
}

export const krakendEngine = (program: string): GatewayEngine => {
  const environment = { FC_ENABLE: '1', USAGE_DISABLE: '1' }
  return {
    run: (file, port) => ({ program, args: ['run', '-c', file, '-p', String(port)], environment }),
    check: (file) => ({ program, args: ['check', '-t', '-c', file], environment }),
    differences: { passesHopByHopAnswers: true, endsCutChunksCleanly: true },
  }
}
