import { randomUUID } from 'node:crypto'
import type { SqliteConnection } from '../database/sqlite-driver.ts'
import type { ReceivedMessage, Verdict } from './bus.ts'
import type { RetryDelay } from './topology.ts'

/** A message that is ours as long as nobody else has put another token on it. */
export interface LeasedMessage {
  sequence: number
  token: string
  message: ReceivedMessage
}

export interface Settlement {
  leased: LeasedMessage
  verdict: Verdict
}

interface Exchange {
  settled: readonly Settlement[]
  renewed: readonly LeasedMessage[]
  /** How many more may be taken. */
  room: number
}

export interface MessageRow {
  sequence: number
  message_id: string
  type: string
  routing_key: string
  app_id: string
  correlation_id: string | null
  timestamp: number
  headers: string
  body: string
  attempts: number
  last_reason: string | null
  parked_at: number | null
}

interface QueueNeeds {
  queue: string
  leaseMilliseconds: number
  retryDelays: readonly RetryDelay[]
  now: () => number
}

/** The queue as its consumer sees it. Whoever's lease was taken over by another can change nothing any more. */
export const createSqliteQueue = (
  connection: SqliteConnection,
  { queue, leaseMilliseconds, retryDelays, now }: QueueNeeds,
) => {
  // Those that are due again come before the fresh ones, else a busy queue would keep them waiting for ever.
  const select = connection.prepare<[string, number, number], MessageRow>(
    `SELECT * FROM messages WHERE queue = ? AND parked_at IS NULL AND visible_at <= ?
     ORDER BY visible_at DESC, sequence LIMIT ?`,
  )
  const lease = connection.prepare('UPDATE messages SET lease_token = ?, visible_at = ? WHERE sequence = ?')
  const renew = connection.prepare(
    'UPDATE messages SET visible_at = ? WHERE sequence = ? AND lease_token = ?',
  )
  const remove = connection.prepare('DELETE FROM messages WHERE sequence = ? AND lease_token = ?')
  const putBack = connection.prepare(
    `UPDATE messages SET lease_token = NULL, message_id = @id, attempts = @attempts, visible_at = @visibleAt,
       last_reason = coalesce(@reason, last_reason), parked_at = @parkedAt
     WHERE sequence = @sequence AND lease_token = @token`,
  )

  const settle = ({ leased: { sequence, token, message }, verdict }: Settlement) => {
    if (verdict.verdict === 'done') remove.run(sequence, token)
    else putBack.run({ sequence, token, ...outcome(message, verdict, retryDelays, now()) })
  }

  const take = (room: number): LeasedMessage[] => {
    const token = randomUUID()
    const rows = select.all(queue, now(), room)
    for (const { sequence } of rows) lease.run(token, now() + leaseMilliseconds, sequence)
    return rows.map((row) => ({ sequence: row.sequence, token, message: receivedMessage(row) }))
  }

  const exchange = connection.transaction(({ settled, renewed, room }: Exchange): LeasedMessage[] => {
    for (const settlement of settled) settle(settlement)
    for (const { sequence, token } of renewed) renew.run(now() + leaseMilliseconds, sequence, token)
    return room > 0 ? take(room) : []
  })

  return {
    /** Only reads: looking for work must not wake those who watch the file, ourselves among them. */
    hasReady: () => select.get(queue, now(), 1) !== undefined,
    /** All that has come together, in one transaction. */
    exchange: (work: Exchange) => exchange.immediate(work),
  }
}

export type SqliteQueue = ReturnType<typeof createSqliteQueue>

type Failure = Exclude<Verdict, { verdict: 'done' }>

const maxReasonLength = 1_000

const outcome = (
  { id, attempts }: ReceivedMessage,
  { verdict, reason: fullReason }: Failure,
  delays: readonly RetryDelay[],
  now: number,
) => {
  const reason = fullReason.slice(0, maxReasonLength)
  if (verdict === 'wait') return { id, attempts, visibleAt: 0, reason: null, parkedAt: null }
  const pause = verdict === 'retry' ? delays[attempts] : undefined
  return pause
    ? { id, attempts: attempts + 1, visibleAt: now + pause.milliseconds, reason, parkedAt: null }
    : { id: id || randomUUID(), attempts, visibleAt: 0, reason, parkedAt: now }
}

export const receivedMessage = (row: MessageRow): ReceivedMessage => ({
  id: row.message_id,
  type: row.type,
  routingKey: row.routing_key,
  appId: row.app_id,
  correlationId: row.correlation_id ?? undefined,
  timestampSeconds: row.timestamp,
  headers: readHeaders(row.headers),
  body: row.body,
  attempts: row.attempts,
})

// One row that somebody else wrote must not keep all the others from being read.
const readHeaders = (text: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}
