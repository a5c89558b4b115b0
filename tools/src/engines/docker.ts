import { basename } from 'node:path'
import { withProgress } from './progress.ts'
import { runCommand } from './run-command.ts'

type DockerNeeds = {
  environment: NodeJS.ProcessEnv
  signal: AbortSignal
  runFolder: string
  find: (program: string) => string | undefined
}

export const createDocker = ({ environment, signal, runFolder, find }: DockerNeeds) => {
  let answered: Promise<string> | undefined

  const run = (
    program: string,
    words: string[],
    timeoutMilliseconds: number,
    onLine?: (line: string) => void,
  ) =>
    runCommand({
      program,
      arguments: words,
      environment,
      signal,
      timeoutMilliseconds,
      ...(onLine && { onLine }),
    })

  const engine = async () => {
    const program = find('docker')
    if (program === undefined) throw new Error('not on PATH')
    await run(program, ['info', '--format', '{{.ServerVersion}}'], 3_000)
    return program
  }

  return {
    /** The program `docker`, with the image at hand. */
    withImage: async (image: string, say: (line: string) => void): Promise<string> => {
      answered ??= engine()
      const program = await answered
      try {
        await run(program, ['image', 'inspect', '--format', '{{.Id}}', image], 10_000)
      } catch {
        await withProgress(say, `docker pull ${image}`, (onLine) =>
          run(program, ['pull', image], 5 * 60_000, onLine),
        )
      }
      return program
    },
    /** Marks the containers of one engine in this run, so that they can be found and removed at its end. */
    label: (engineName: string) => `accounts-tests=${basename(runFolder)}-${engineName}`,
    removeContainers: async (program: string, label: string) => {
      // Not `signal`: this has to happen after an interruption as well.
      const command = {
        program,
        environment,
        signal: new AbortController().signal,
        timeoutMilliseconds: 30_000,
      }
      const found = await runCommand({ ...command, arguments: ['ps', '-aq', '--filter', `label=${label}`] })
      const containers = found.split('\n').filter(Boolean)
      if (containers.length > 0) await runCommand({ ...command, arguments: ['rm', '--force', ...containers] })
    },
  }
}
