import type { Metrics } from '@accounts/shared/http/metrics'
import type { Logger } from '@accounts/shared/logging/logger'
import { Gauge } from 'prom-client'
import type { RemoveExpired } from '../../ports.ts'

interface CleanUpNeeds {
  removeExpired: RemoveExpired
  metrics: Metrics
  logger: Logger
}

/** Forgets what has expired, and says how much there is left. */
export const createCleanUp = ({ removeExpired, metrics, logger }: CleanUpNeeds) => {
  const rows = new Gauge({
    name: 'auth_rows',
    help: 'Rows of the tables that are cleaned, after the last cleaning.',
    labelNames: ['table'],
    registers: [metrics.registry],
  })
  return async () => {
    const { removed, remaining } = await removeExpired()
    rows.set({ table: 'token_blacklist' }, remaining.tokens)
    rows.set({ table: 'sessions' }, remaining.sessions)
    rows.set({ table: 'outbox' }, remaining.events)
    if (removed.tokens + removed.sessions + removed.events > 0)
      logger.info({ removed }, 'expired rows removed')
  }
}
