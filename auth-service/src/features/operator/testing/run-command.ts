import { execFile } from 'node:child_process'
import path from 'node:path'

export interface Outcome {
  code: number
  stdout: string
  stderr: string
}

interface Run {
  env: Record<string, string>
  /** What is sent to the standard input; nothing otherwise. */
  input?: string
}

const sources = path.resolve(import.meta.dirname, '../../..')

/** How a command is started, by what it is named. */
export const commandLine = (name: 'create-admin' | 'users', args: readonly string[]) => [
  process.execPath,
  ...['--import', 'tsx', '--conditions=@accounts/source'],
  path.join(sources, `${name}.ts`),
  ...args,
]

// The least that argon2 takes: what is tested is not how long it takes.
export const leastEnvironment = {
  PATH: process.env['PATH'],
  LOG_LEVEL: 'info',
  ARGON2_MEMORY_KIB: '8',
  ARGON2_PASSES: '1',
}

/** A command as a process of its own, without a terminal, and nothing in its environment but what is given. */
export const runCommand = async (
  name: 'create-admin' | 'users',
  args: readonly string[],
  { env, input = '' }: Run,
) =>
  new Promise<Outcome>((resolve) => {
    const [program = '', ...rest] = commandLine(name, args)
    const child = execFile(
      program,
      rest,
      { timeout: 30_000, env: { ...leastEnvironment, ...env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
