import { ServiceError } from '@accounts/shared/errors/service-error'
import type { DeadLetters } from '@accounts/shared/messaging/bus'
import type { Store, Transact } from '../../ports.ts'
import { type EventEntry, entryOfLetter, entryOfRecord } from './event-entry.ts'
import { aboutEvent, type Actor, afterwards } from './record-action.ts'

interface DiscardNeeds {
  deadLetters: Pick<DeadLetters, 'find' | 'discard'>
  transact: Transact
}

/** For good. Later events of its account would wait for it, so a snapshot of the account goes out in its place. */
export const createDiscardEvent =
  ({ deadLetters, transact }: DiscardNeeds) =>
  async (id: string, actor: Actor) => {
    const letter = await deadLetters.find(id)
    if (letter && (await deadLetters.discard(id))) {
      const entry = entryOfLetter(letter)
      await afterwards(transact, actor, 'the event is discarded', async (store) =>
        replace(store, entry, actor),
      )
      return
    }
    const record = await transact(actor.origin, async (store) => {
      const removed = await store.outboxRows.removeParked(id)
      if (removed) await replace(store, entryOfRecord(removed), actor)
      return removed
    })
    if (!record)
      throw new ServiceError('not_found', { detail: 'No dead letter or parked event is called so.' })
  }

export type DiscardEvent = ReturnType<typeof createDiscardEvent>

const replace = async (store: Store, entry: EventEntry, actor: Actor) => {
  if (entry.accountId !== null) await store.snapshots.add(entry.accountId)
  await store.audit.add({ action: 'event discarded', ...aboutEvent(entry, actor) })
}
