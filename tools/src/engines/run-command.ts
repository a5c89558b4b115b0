import { startProcess } from './process.ts'
import type { ProcessOptions } from './process.ts'

type CommandOptions = ProcessOptions & {
  timeoutMilliseconds: number
  signal: AbortSignal
  endWith?: { signal: NodeJS.Signals; graceMilliseconds: number }
}

/** Runs a program to its end and gives what it wrote; whatever goes wrong is an error of one line. */
export const runCommand = async (options: CommandOptions): Promise<string> => {
  options.signal.throwIfAborted()
  const child = startProcess(options)
  const timeout = AbortSignal.timeout(options.timeoutMilliseconds)
  const aborted = new Promise<undefined>((resolve) => {
    const given = AbortSignal.any([options.signal, timeout])
    given.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const { signal, graceMilliseconds } = options.endWith ?? { signal: 'SIGTERM', graceMilliseconds: 1_000 }
  try {
    const end = await Promise.race([child.ended, aborted])
    if (end === undefined) {
      throw new Error(
        timeout.aborted ? `no end within ${options.timeoutMilliseconds / 1000} s` : 'interrupted',
      )
    }
    await child.drained()
    if (end.code !== 0) throw new Error(child.lines.at(-1)?.trim() ?? end.how)
    return child.lines.join('\n')
  } finally {
    await child.end(signal, graceMilliseconds)
  }
}
