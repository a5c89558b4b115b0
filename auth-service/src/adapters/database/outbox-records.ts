import { and, asc, eq, gt, inArray, or } from '@accounts/shared/database/operators'
import type { OutboxRecord, OutboxRecords } from '../../ports.ts'
import type { AuthDatabase, AuthTables } from './tables.ts'

/** The outbox as people see it. */
export const createOutboxRecords = ({ query, tables: { outbox } }: AuthDatabase): OutboxRecords => ({
  page: async ({ state, limit, after = 0 }) => {
    const rows = await query
      .select()
      .from(outbox)
      .where(and(eq(outbox.state, state), gt(outbox.sequence, after)))
      .orderBy(asc(outbox.sequence))
      .limit(limit + 1)
    return { records: rows.slice(0, limit).map(presentRow), more: rows.length > limit }
  },
  find: async (id) => {
    const [row] = await query.select().from(outbox).where(eq(outbox.id, id))
    return row ? presentRow(row) : null
  },
  accountsOnTheWay: async (accountIds, since) => {
    if (accountIds.length === 0) return new Set()
    const rows = await query
      .selectDistinct({ accountId: outbox.aggregateId })
      .from(outbox)
      .where(
        and(
          inArray(outbox.aggregateId, [...accountIds]),
          or(eq(outbox.state, 'waiting'), gt(outbox.createdAt, since), gt(outbox.publishedAt, since)),
        ),
      )
    return new Set(rows.map(({ accountId }) => accountId))
  },
})

export const presentRow = (row: AuthTables['outbox']['$inferSelect']): OutboxRecord => ({
  sequence: row.sequence,
  id: row.id,
  type: row.type,
  accountId: row.aggregateId,
  state: row.state,
  requestId: row.correlationId,
  createdAt: row.createdAt,
  parkedAt: row.parkedAt,
  reason: row.parkedReason,
  body: JSON.stringify(row.payload),
  headers: row.headers,
})
