import type { DeadLetters } from '@accounts/shared/messaging/bus'
import { ServiceError } from '@accounts/shared/errors/service-error'
import type { OutboxRecords } from '../../ports.ts'
import { type EventEntry, entryOfLetter, entryOfRecord } from './event-entry.ts'

interface FindNeeds {
  deadLetters: Pick<DeadLetters, 'find'>
  outboxRecords: Pick<OutboxRecords, 'find'>
}

/** A dead letter comes before the row of the outbox that it was sent from. */
export const createFindEvent =
  ({ deadLetters, outboxRecords }: FindNeeds) =>
  async (id: string): Promise<EventEntry> => {
    const letter = await deadLetters.find(id)
    if (letter) return entryOfLetter(letter)
    const record = await outboxRecords.find(id)
    if (!record) throw new ServiceError('not_found')
    return entryOfRecord(record)
  }

export type FindEvent = ReturnType<typeof createFindEvent>
