import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@accounts/shared/logging/logger'
import type { Clock } from '../../ports.ts'
import { createFillSearch } from './fill-search.ts'
import { syncRoles } from './sync-roles.ts'
import type { AuthDatabase } from './tables.ts'

interface SettleNeeds {
  database: AuthDatabase
  clock: Clock
  logger: Logger
}

const retryMilliseconds = 1_000
const patienceMilliseconds = 2_000

/**
 * Brings the content of the database up to the code that runs: built-in roles at once, older accounts into the search
 * beside everything else. Where the migrations are still to come, or the database, it waits for them.
 */
export const settle = async ({ database, clock, logger }: SettleNeeds) => {
  const stopping = new AbortController()
  let isTold = false
  const attempt = async (work: () => Promise<unknown>) =>
    work().then(
      () => true,
      (error: unknown) => {
        if (!isTold) logger.info({ err: error }, 'the database cannot be brought up to date yet')
        isTold = true
        return false
      },
    )
  const untilDone = async (work: () => Promise<unknown>) => {
    while (!stopping.signal.aborted && !(await attempt(work)))
      await delay(retryMilliseconds, undefined, { signal: stopping.signal }).catch(() => undefined)
  }
  const sync = async () => syncRoles({ database, clock })
  const fill = createFillSearch(database)
  const fillAll = async () => {
    while (!stopping.signal.aborted && (await fill()));
  }

  const first = attempt(sync)
  const rest = first
    .then(async (isSynced) => isSynced || untilDone(sync))
    .then(async () => untilDone(fillAll))
  // A service answers, and says that it is not ready, whatever its database does.
  await Promise.race([first, delay(patienceMilliseconds, undefined, { ref: false })])
  return {
    stop: async () => {
      stopping.abort()
      await rest
    },
  }
}
