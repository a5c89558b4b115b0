import { randomUUID } from 'node:crypto'
import type { Foundation } from '@accounts/shared/process/compose-service'
import { createLease } from './adapters/database/leases.ts'
import { createOutboxQueue } from './adapters/database/outbox-queue.ts'
import type { AuthTables } from './adapters/database/tables.ts'
import { createRelayMetrics } from './features/deliver-events/relay-metrics.ts'
import { createRelay, type Relay } from './features/deliver-events/relay.ts'
import type { Clock } from './ports.ts'

// As long as nobody publishes after a relay was killed.
const leaseMilliseconds = 3_000
const channel = 'outbox'

interface RelayNeeds extends Foundation<AuthTables> {
  clock: Clock
}

/** What delivers the events that this process, and others on the same database, commit. */
export const startRelay = async ({ database, bus, metrics, logger, clock }: RelayNeeds): Promise<Relay> => {
  const queue = createOutboxQueue({ database, clock })
  const lease = createLease({
    database,
    clock,
    name: 'outbox',
    holder: randomUUID(),
    milliseconds: leaseMilliseconds,
  })
  const relay = createRelay({
    queue,
    lease,
    logger,
    publish: bus.publish,
    metrics: createRelayMetrics({ metrics, queue, lease, clock }),
    // Lost, it costs the others no more than a sweep.
    tellOthers: () => void database.notify(channel).catch(() => {}),
  })
  const listening = await database.listen(channel, relay.wakeForOthers)
  return {
    ...relay,
    close: async () => {
      await listening.close()
      await relay.close()
    },
  }
}
