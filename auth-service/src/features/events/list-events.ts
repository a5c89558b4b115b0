import type { DeadLetters } from '@accounts/shared/messaging/bus'
import type { OutboxRecords } from '../../ports.ts'
import { type EventCursor, writeCursor } from './event-cursor.ts'
import { type EventEntry, entryOfLetter, entryOfRecord, type ListedKind } from './event-entry.ts'

interface ListNeeds {
  deadLetters: Pick<DeadLetters, 'page'>
  outboxRecords: Pick<OutboxRecords, 'page'>
}

export interface ListOptions {
  /** Left out: what somebody has to look at. */
  kind?: ListedKind | undefined
  limit: number
  cursor?: EventCursor | undefined
}

export interface EventPage {
  entries: EventEntry[]
  next: string | null
}

// All of what is shown of a body in a list: an answer must not grow with what others have sent.
const bodyCharacters = 1_000

/** Oldest first; dead letters before what is parked. */
export const createListEvents =
  ({ deadLetters, outboxRecords }: ListNeeds) =>
  async ({ kind, limit, cursor }: ListOptions): Promise<EventPage> => {
    const pageOf = async (listed: ListedKind, room: number, after: string | undefined) => {
      if (listed === 'dead') {
        const { letters, more } = await deadLetters.page({ limit: room, after })
        return { entries: letters.map(entryOfLetter), last: letters.at(-1)?.id, more }
      }
      const sequence = after === undefined ? undefined : Number(after)
      const { records, more } = await outboxRecords.page({ state: listed, limit: room, after: sequence })
      return { entries: records.map(entryOfRecord), last: records.at(-1)?.sequence, more }
    }

    const entries: EventEntry[] = []
    for (const listed of kindsFrom(kind, cursor)) {
      if (entries.length === limit) return { entries, next: writeCursor({ kind: listed }) }
      const after = listed === cursor?.kind ? cursor.after : undefined
      const page = await pageOf(listed, limit - entries.length, after)
      entries.push(...page.entries.map(shorten))
      if (page.more) return { entries, next: writeCursor({ kind: listed, after: String(page.last) }) }
    }
    return { entries, next: null }
  }

export type ListEvents = ReturnType<typeof createListEvents>

/** A cursor of one kind says nothing about another. */
const kindsFrom = (kind: ListedKind | undefined, cursor: EventCursor | undefined): readonly ListedKind[] => {
  if (kind !== undefined) return [kind]
  if (cursor === undefined || cursor.kind === 'dead') return ['dead', 'parked']
  return [cursor.kind]
}

const shorten = (entry: EventEntry): EventEntry =>
  entry.body.length > bodyCharacters ? { ...entry, body: `${entry.body.slice(0, bodyCharacters)}…` } : entry
