import { inArray, lt } from '@accounts/shared/database/operators'
import {
  defaultRemovalLimits,
  type RemovalLimits,
  removeInBatches,
} from '@accounts/shared/database/remove-in-batches'
import type { Clock, RemoveExpired } from '../../ports.ts'
import type { UserDatabase } from './tables.ts'

interface CleanUpNeeds extends Partial<RemovalLimits> {
  database: UserDatabase
  clock: Clock
}

// The outbox keeps its events for a week; what comes again later still has a version that is known.
const inboxMilliseconds = 14 * 86_400_000

export const createRemoval = ({
  database: { query, tables },
  clock,
  ...given
}: CleanUpNeeds): RemoveExpired => {
  const { inbox, revokedSessions } = tables
  const limits = { ...defaultRemovalLimits, ...given }

  const removeMessages = (before: Date) => async (batchSize: number) => {
    const due = query
      .select({ messageId: inbox.messageId })
      .from(inbox)
      .where(lt(inbox.receivedAt, before))
      .orderBy(inbox.receivedAt)
      .limit(batchSize)
    return query.delete(inbox).where(inArray(inbox.messageId, due)).returning({ messageId: inbox.messageId })
  }

  const removeSessions = (before: Date) => async (batchSize: number) => {
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

  return async () => {
    const now = clock()
    const old = new Date(now.getTime() - inboxMilliseconds)
    return {
      inbox: await removeInBatches(limits, removeMessages(old)),
      revokedSessions: await removeInBatches(limits, removeSessions(now)),
    }
  }
}
