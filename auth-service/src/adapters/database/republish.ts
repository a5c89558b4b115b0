import { setImmediate } from 'node:timers/promises'
import { and, eq, gt, gte, inArray, lt, or } from '@accounts/shared/database/operators'
import type { Clock, Republish } from '../../ports.ts'
import type { AuthDatabase } from './tables.ts'

interface RepublishNeeds {
  database: AuthDatabase
  clock: Clock
  /** Rows that one statement changes. */
  batchSize?: number
}

/** Lets rows wait again, in their order, as if they had never been sent. */
export const createRepublish =
  ({ database, clock, batchSize = 500 }: RepublishNeeds): Republish =>
  async ({ since, accountId, parked = false }) => {
    const { query, tables } = database
    const { outbox } = tables
    const which = and(
      // What is written from now on is none of the past, so there is an end.
      lt(outbox.createdAt, clock()),
      accountId === undefined ? undefined : eq(outbox.aggregateId, accountId),
      or(
        and(eq(outbox.state, 'published'), gte(outbox.publishedAt, since)),
        parked ? and(eq(outbox.state, 'parked'), gte(outbox.parkedAt, since)) : undefined,
      ),
    )

    let changed = 0
    let after = 0
    for (;;) {
      const due = query
        .select({ sequence: outbox.sequence })
        .from(outbox)
        .where(and(gt(outbox.sequence, after), which))
        .orderBy(outbox.sequence)
        .limit(batchSize)
      const rows = await query
        .update(outbox)
        .set({ state: 'waiting', publishedAt: null, parkedAt: null, parkedReason: null })
        .where(and(inArray(outbox.sequence, due), which))
        .returning({ sequence: outbox.sequence })
      changed += rows.length
      if (rows.length < batchSize) return changed
      after = Math.max(...rows.map(({ sequence }) => sequence))
      // SQLite answers at once: without a pause, requests would wait for all batches.
      await setImmediate()
    }
  }
