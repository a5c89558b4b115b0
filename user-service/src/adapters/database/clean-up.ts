import { setImmediate } from 'node:timers/promises'
import { inArray, lt } from '@accounts/shared/database/operators'
import type { Clock, RemoveExpired } from '../../ports.ts'
import type { UserDatabase } from './tables.ts'

interface CleanUpNeeds {
  database: UserDatabase
  clock: Clock
  /** Rows that one statement removes. */
  batchSize?: number
  /** Of each kind; what is left over is for the next run. */
  maxBatches?: number
}

// The outbox keeps its events for a week; what comes again later still has a version that is known.
const inboxMilliseconds = 14 * 86_400_000

export const createRemoval = ({
  database: { query, tables },
  clock,
  batchSize = 500,
  maxBatches = 20,
}: CleanUpNeeds): RemoveExpired => {
  const { inbox, revokedSessions } = tables

  const removeMessages = async (before: Date) => {
    const due = query
      .select({ messageId: inbox.messageId })
      .from(inbox)
      .where(lt(inbox.receivedAt, before))
      .orderBy(inbox.receivedAt)
      .limit(batchSize)
    return query.delete(inbox).where(inArray(inbox.messageId, due)).returning({ messageId: inbox.messageId })
  }

  const removeSessions = async (before: Date) => {
    const due = query
      .select({ sessionId: revokedSessions.sessionId })
      .from(revokedSessions)
      .where(lt(revokedSessions.expiresAt, before))
      .orderBy(revokedSessions.expiresAt)
      .limit(batchSize)
    return query
      .delete(revokedSessions)
      .where(inArray(revokedSessions.sessionId, due))
      .returning({ sessionId: revokedSessions.sessionId })
  }

  const removeInBatches = async (removeBatch: () => Promise<unknown[]>) => {
    let removed = 0
    for (let batch = 0; batch < maxBatches; batch += 1) {
      const rows = await removeBatch()
      removed += rows.length
      if (rows.length < batchSize) break
      // SQLite answers at once: without a pause, events would wait for all batches.
      await setImmediate()
    }
    return removed
  }

  return async () => {
    const now = clock()
    const old = new Date(now.getTime() - inboxMilliseconds)
    return {
      inbox: await removeInBatches(async () => removeMessages(old)),
      revokedSessions: await removeInBatches(async () => removeSessions(now)),
    }
  }
}
