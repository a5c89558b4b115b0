import type { Logger } from '../logging/logger.ts'

interface RepeatNeeds {
  name: string
  everySeconds: number
  work: () => Promise<void>
  logger: Logger
}

/** Runs the work now and again and again, never twice at a time; a failure is logged and waits for the next turn. */
export const repeat = ({ name, everySeconds, work, logger }: RepeatNeeds) => {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let failing = false

  const run = async () => {
    try {
      await work()
      failing = false
    } catch (error) {
      if (!failing) logger.error({ err: error, job: name }, 'a job failed and will be tried again')
      failing = true
    }
    if (!stopped) timer = setTimeout(start, everySeconds * 1000).unref()
  }
  let running: Promise<void>
  const start = () => {
    running = run()
  }
  start()

  return {
    /** Waits for the run that is under way. */
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
