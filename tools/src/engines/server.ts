import { setTimeout as delay } from 'node:timers/promises'
import { oneLine } from './one-line.ts'
import { startProcess } from './process.ts'
import type { ProcessOptions, RunningProcess } from './process.ts'

type Readiness<Answer> = {
  /** Throws until the server really answers; has a timeout of its own. */
  probe: () => Promise<Answer>
  signal: AbortSignal
  withinMilliseconds: number
}

const untilReady = async <Answer>(server: RunningProcess, readiness: Readiness<Answer>): Promise<Answer> => {
  const deadline = Date.now() + readiness.withinMilliseconds
  for (;;) {
    if (readiness.signal.aborted) throw new Error('interrupted')
    if (!server.isRunning()) {
      await server.drained()
      const { how } = await server.ended
      throw new Error([how, server.lines.at(-1)].filter(Boolean).join(': '))
    }
    try {
      return await readiness.probe()
    } catch (error) {
      const seconds = readiness.withinMilliseconds / 1_000
      if (Date.now() > deadline)
        throw new Error(`no answer within ${seconds} s: ${oneLine(error)}`, { cause: error })
    }
    await delay(50)
  }
}

/** A server that answers, or an error and no process left. */
export const startServer = async <Answer>(options: ProcessOptions, readiness: Readiness<Answer>) => {
  const server = startProcess(options)
  try {
    return { server, answer: await untilReady(server, readiness) }
  } catch (error) {
    await server.end('SIGTERM', 1_000)
    throw error
  }
}
