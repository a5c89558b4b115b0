import type { DeadLetter } from '@accounts/shared/messaging/bus'
import type { OutboxRecord } from '../../ports.ts'

/**
 * - `dead`: user-service could not handle it; it lies in the dead-letter queue
 * - `parked`: it could not be sent; it lies in the outbox, as those that follow do
 */
export const listedKinds = ['dead', 'parked', 'waiting'] as const
export type ListedKind = (typeof listedKinds)[number]

export const eventKinds = [...listedKinds, 'published'] as const
export type EventKind = (typeof eventKinds)[number]

export interface EventEntry {
  id: string
  kind: EventKind
  type: string
  /** `null`: a dead letter need not tell. */
  accountId: number | null
  requestId: string | null
  occurredAt: Date | null
  /** `null` as well where the broker did it. */
  parkedAt: Date | null
  attempts: number | null
  reason: string | null
  headers: Readonly<Record<string, unknown>>
  /** Its text: anybody can have put it into the queue. */
  body: string
}

export const entryOfLetter = (letter: DeadLetter): EventEntry => ({
  id: letter.id,
  kind: 'dead',
  type: letter.type,
  accountId: accountIn(letter.headers),
  requestId: letter.correlationId ?? null,
  occurredAt: occurredIn(letter),
  parkedAt: letter.parkedAt,
  attempts: letter.attempts,
  reason: letter.reason,
  headers: letter.headers,
  body: letter.body,
})

export const entryOfRecord = (record: OutboxRecord): EventEntry => ({
  id: record.id,
  kind: record.state,
  type: record.type,
  accountId: record.accountId,
  requestId: record.requestId,
  occurredAt: record.createdAt,
  parkedAt: record.parkedAt,
  attempts: null,
  reason: record.reason,
  headers: record.headers,
  body: record.body,
})

/** What leaves the service. */
export const presentEntry = (entry: EventEntry) => ({
  id: entry.id,
  kind: entry.kind,
  type: entry.type,
  account_id: entry.accountId,
  request_id: entry.requestId,
  occurred_at: entry.occurredAt?.toISOString() ?? null,
  parked_at: entry.parkedAt?.toISOString() ?? null,
  attempts: entry.attempts,
  reason: entry.reason,
  headers: { ...entry.headers },
  body: entry.body,
})

const accountIn = (headers: EventEntry['headers']) => {
  const value = headers['x-aggregate-id']
  return typeof value === 'string' && /^[1-9]\d{0,14}$/.test(value) ? Number(value) : null
}

const occurredIn = ({ headers, timestampSeconds }: DeadLetter) => {
  const value = headers['x-occurred-at']
  const told = new Date(typeof value === 'string' ? value : Number.NaN)
  const at = Number.isNaN(told.getTime()) ? new Date(timestampSeconds * 1000) : told
  return Number.isNaN(at.getTime()) || at.getTime() === 0 ? null : at
}
