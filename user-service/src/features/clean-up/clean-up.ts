import type { Logger } from '@accounts/shared/logging/logger'
import type { RemoveExpired } from '../../ports.ts'

interface CleanUpNeeds {
  removeExpired: RemoveExpired
  logger: Logger
}

/** Forgets messages that can't come again, and sessions of which no token can be alive. */
export const createCleanUp =
  ({ removeExpired, logger }: CleanUpNeeds) =>
  async () => {
    const removed = await removeExpired()
    if (removed.inbox + removed.revokedSessions > 0) logger.info({ removed }, 'expired rows removed')
  }
