import { pbkdf2 } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { promisify } from 'node:util'
import type { Logger } from '@accounts/shared/logging/logger'

interface PriorityNeeds {
  /** Threads of the pool, all of which hash. */
  threads: number
  logger: Logger
}

const stepsDown = 10
// Work of two milliseconds, and what of it is enough to tell who did it; several for each thread, so that all take part.
const iterations = 5_000
const tellingNanoseconds = 500_000
const worksPerThread = 4
const mostTries = 10

/**
 * Lets the thread that answers requests go before those that hash passwords: a core that hashes is busy for ten
 * milliseconds on end. Only Linux has priorities of threads; which of them hash is told by who works when the pool does.
 */
export const lowerPoolPriority = async ({ threads, logger }: PriorityNeeds) => {
  if (process.platform !== 'linux') return
  const lowered = new Set<number>()
  try {
    const priority = Math.min(getPriority() + stepsDown, constants.priority.PRIORITY_LOW)
    for (let tries = 0; lowered.size < threads && tries < mostTries; tries += 1) {
      const before = threadTimes()
      await Promise.all(Array.from({ length: threads * worksPerThread }, work))
      for (const [thread, time] of threadTimes()) {
        if (thread === process.pid || time - (before.get(thread) ?? 0) < tellingNanoseconds) continue
        setPriority(thread, priority)
        lowered.add(thread)
      }
    }
  } catch (error) {
    logger.warn({ err: error }, 'hashing has the priority of everything else: requests may wait for it')
  }
}

const work = async () => promisify(pbkdf2)('', '', iterations, 32, 'sha256')

/** How long each thread of this process has had a core, in nanoseconds. */
const threadTimes = () =>
  new Map(
    readdirSync('/proc/self/task').map((thread) => [
      Number(thread),
      Number(readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    ]),
  )
