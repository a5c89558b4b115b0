import { ConfigError } from '../config/read-settings.ts'
import { StartError } from '../errors/start-error.ts'
import type { Logger } from '../logging/logger.ts'

export interface RunningService {
  logger: Logger
  stopDeadlineSeconds: number
  close(): Promise<void>
}

// What closing may take beyond the deadline for requests: databases and the broker get a moment of their own.
const extraStopSeconds = 2

/** Runs a service until it is told to stop. Exit code 0 after a clean stop, 1 after anything else. */
export const runService = async (name: string, start: () => Promise<RunningService>) => {
  // Listened to once and for all: a signal that comes while listeners are exchanged would be lost.
  const told = new Promise<void>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve())
  })
  try {
    const service = await start()
    const crash = (error: unknown) => {
      service.logger.fatal({ err: error }, 'crashed')
      process.exit(1)
    }
    process.on('uncaughtException', crash)
    process.on('unhandledRejection', crash)
    void told.then(async () => stop(service)).catch(crash)
  } catch (error) {
    process.stderr.write(`${name} cannot start: ${startFault(error)}\n`)
    process.exit(1)
  }
}

const stop = async ({ logger, stopDeadlineSeconds, close }: RunningService) => {
  const giveUp = () => {
    logger.error('not everything could be closed in time')
    process.exit(1)
  }
  setTimeout(giveUp, (stopDeadlineSeconds + extraStopSeconds) * 1000).unref()
  logger.info('stopping')
  await close()
  logger.info('stopped')
  process.exit(0)
}

/** An expected fault is one line for a person; an unexpected one comes with its stack for us. */
const startFault = (error: unknown) => {
  if (error instanceof ConfigError || error instanceof StartError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
