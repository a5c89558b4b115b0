import { and, eq, inArray, lt } from '@accounts/shared/database/operators'
import type { Store } from '../../ports.ts'
import { presentRow } from './outbox-records.ts'
import type { Scope } from './tables.ts'

const waitingAgain = { state: 'waiting', publishedAt: null, parkedAt: null, parkedReason: null } as const

/** What people do to single rows of the outbox; the relay has queries of its own. */
export const createOutboxRows = ({ query, tables: { outbox } }: Scope): Store['outboxRows'] => ({
  sendAgain: async (id) => {
    const [row] = await query
      .update(outbox)
      .set(waitingAgain)
      .where(and(eq(outbox.id, id), inArray(outbox.state, ['parked', 'published'])))
      .returning()
    return row ? presentRow(row) : null
  },
  sendParkedAgain: async ({ parkedBefore, limit }) => {
    const due = query
      .select({ sequence: outbox.sequence })
      .from(outbox)
      .where(and(eq(outbox.state, 'parked'), lt(outbox.parkedAt, parkedBefore)))
      .orderBy(outbox.sequence)
      .limit(limit)
    const rows = await query
      .update(outbox)
      .set(waitingAgain)
      .where(and(eq(outbox.state, 'parked'), inArray(outbox.sequence, due)))
      .returning({ id: outbox.id })
    return rows.length
  },
  removeParked: async (id) => {
    const [row] = await query
      .delete(outbox)
      .where(and(eq(outbox.id, id), eq(outbox.state, 'parked')))
      .returning()
    return row ? presentRow(row) : null
  },
})
