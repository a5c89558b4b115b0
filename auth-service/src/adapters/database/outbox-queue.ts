import type { AccountEventType } from '@accounts/shared/events/account-events'
import { and, asc, count, eq, inArray, notInArray } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { Clock, OutboxQueue } from '../../ports.ts'
import type { OutboxState } from './record-tables.ts'
import type { AuthDatabase, Scope } from './tables.ts'

const mostCounted = 10_000

const selectWaiting = defineStatement(({ query, tables: { outbox } }: Scope, given: { limit: number }) =>
  query
    .select()
    .from(outbox)
    .where(eq(outbox.state, 'waiting'))
    .orderBy(asc(outbox.sequence))
    .limit(given.limit),
)

export const createOutboxQueue = ({
  database: { query, tables },
  clock,
}: {
  database: AuthDatabase
  clock: Clock
}): OutboxQueue => {
  const { outbox } = tables

  const countOf = async (state: OutboxState) => {
    const some = query
      .select({ sequence: outbox.sequence })
      .from(outbox)
      .where(eq(outbox.state, state))
      .limit(mostCounted)
      .as('some')
    const [row] = await query.select({ rows: count() }).from(some)
    return row?.rows ?? 0
  }

  return {
    waiting: async (limit, exceptAccounts = []) => {
      const rows = await (exceptAccounts.length === 0
        ? selectWaiting({ query, tables }, { limit })
        : query
            .select()
            .from(outbox)
            .where(and(eq(outbox.state, 'waiting'), notInArray(outbox.aggregateId, [...exceptAccounts])))
            .orderBy(asc(outbox.sequence))
            .limit(limit))
      return rows.map((row) => ({
        sequence: row.sequence,
        id: row.id,
        accountId: row.aggregateId,
        type: row.type as AccountEventType,
        body: row.payload,
        headers: row.headers,
        correlationId: row.correlationId ?? undefined,
      }))
    },
    markPublished: async (sequences) => {
      await query
        .update(outbox)
        .set({ state: 'published', publishedAt: clock() })
        .where(inArray(outbox.sequence, [...sequences]))
    },
    park: async (sequence, reason) => {
      await query
        .update(outbox)
        .set({ state: 'parked', parkedAt: clock(), parkedReason: reason })
        .where(eq(outbox.sequence, sequence))
    },
    backlog: async () => {
      const [oldest] = await query
        .select({ createdAt: outbox.createdAt })
        .from(outbox)
        .where(eq(outbox.state, 'waiting'))
        .orderBy(asc(outbox.sequence))
        .limit(1)
      return {
        waiting: await countOf('waiting'),
        parked: await countOf('parked'),
        oldestWaitingAt: oldest?.createdAt ?? null,
      }
    },
  }
}
