import type { DeadLetters } from '@accounts/shared/messaging/bus'
import type { Clock, OutboxRecords, Republish, Transact } from '../../ports.ts'
import { createDiscardEvent } from './discard-event.ts'
import { createFindEvent } from './find-event.ts'
import { createListEvents } from './list-events.ts'
import { createReplayAllEvents, createReplayEvent } from './replay-event.ts'
import { createRepublishEvents } from './republish-events.ts'

interface EventNeeds {
  deadLetters: DeadLetters
  outboxRecords: OutboxRecords
  transact: Transact
  republish: Republish
  clock: Clock
}

/** The same for the command line and for administrators. */
export const createEventUseCases = (needs: EventNeeds) => ({
  listEvents: createListEvents(needs),
  findEvent: createFindEvent(needs),
  replayEvent: createReplayEvent(needs),
  replayAllEvents: createReplayAllEvents(needs),
  discardEvent: createDiscardEvent(needs),
  republishEvents: createRepublishEvents(needs),
})

export type EventUseCases = ReturnType<typeof createEventUseCases>
