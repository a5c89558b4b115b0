import type { Readiness } from '@accounts/shared/http/health'
import type { Bus, Consumer } from '@accounts/shared/messaging/bus'
import type { Foundation } from '@accounts/shared/process/compose-service'
import { repeat } from '@accounts/shared/process/repeat'
import { createApplyEvent } from './adapters/database/apply-event.ts'
import { createRemoval } from './adapters/database/clean-up.ts'
import { createReadPending } from './adapters/database/pending-events.ts'
import type { UserTables } from './adapters/database/tables.ts'
import { createCleanUp } from './features/clean-up/clean-up.ts'
import { createEventMetrics } from './features/consume-events/event-metrics.ts'
import { createHandleMessage } from './features/consume-events/handle-message.ts'
import type { Clock } from './ports.ts'

interface EventsNeeds extends Omit<Foundation<UserTables>, 'bus'> {
  bus: Pick<Bus, 'consume' | 'deadLetters'>
  clock: Clock
}

export interface AccountEvents {
  consumer: Consumer
  readiness(): Readiness
  /** Takes no more events and waits for those under way; before the bus and the database are closed. */
  close(): Promise<void>
}

const cleanUpSeconds = 60

/** Fewer than the database has places for transactions: requests need some of them too. */
const prefetch = 8

/** The side of user-service that nobody asks: takes events from the bus, and forgets what is over. */
export const createAccountEvents = ({
  database,
  bus,
  metrics,
  logger,
  clock,
}: EventsNeeds): AccountEvents => {
  const readPending = createReadPending({ database })
  const eventMetrics = createEventMetrics({ metrics, readPending, deadLetters: bus.deadLetters, clock })
  const consumer = bus.consume({
    prefetch,
    handle: createHandleMessage({
      applyEvent: createApplyEvent({ database, clock }),
      eventMetrics,
      logger,
    }),
    isAble: async () =>
      database.ping().then(
        () => true,
        () => false,
      ),
  })
  const cleaning = repeat({
    name: 'clean-up',
    everySeconds: cleanUpSeconds,
    work: createCleanUp({ removeExpired: createRemoval({ database, clock }), logger }),
    logger,
  })

  return {
    consumer,
    readiness: () => {
      const status = consumer.status()
      return status.consuming ? { ready: true } : { ready: false, reason: status.reason }
    },
    close: async () => {
      await Promise.all([consumer.close(), cleaning.stop()])
    },
  }
}
