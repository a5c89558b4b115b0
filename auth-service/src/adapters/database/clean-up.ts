import { count, inArray, lt } from '@accounts/shared/database/operators'
import {
  defaultRemovalLimits,
  type RemovalLimits,
  removeInBatches,
} from '@accounts/shared/database/remove-in-batches'
import type { Clock, RemoveExpired } from '../../ports.ts'
import type { AuthDatabase } from './tables.ts'

interface CleanUpNeeds extends Partial<RemovalLimits> {
  database: AuthDatabase
  clock: Clock
  accessTtlSeconds: number
}

// As long as published events can be sent again.
const eventRetentionMilliseconds = 7 * 86_400_000

/** Removes blacklisted tokens that have expired, sessions of which no token can be alive any more, and old events. */
export const createCleanUp = ({
  database,
  clock,
  accessTtlSeconds,
  ...given
}: CleanUpNeeds): RemoveExpired => {
  const { tokenBlacklist, sessions, outbox } = database.tables
  const { query } = database
  const limits = { ...defaultRemovalLimits, ...given }

  const removeTokens = (before: Date) => async (batchSize: number) => {
    const due = query
      .select({ id: tokenBlacklist.id })
      .from(tokenBlacklist)
      .where(lt(tokenBlacklist.expiresAt, before))
      .orderBy(tokenBlacklist.expiresAt)
      .limit(batchSize)
    return query
      .delete(tokenBlacklist)
      .where(inArray(tokenBlacklist.id, due))
      .returning({ id: tokenBlacklist.id })
  }

  const removeSessions = (before: Date) => async (batchSize: number) => {
    const due = query
      .select({ id: sessions.id })
      .from(sessions)
      .where(lt(sessions.refreshExpiresAt, before))
      .orderBy(sessions.refreshExpiresAt)
      .limit(batchSize)
    return query.delete(sessions).where(inArray(sessions.id, due)).returning({ id: sessions.id })
  }

  const removeEvents = (before: Date) => async (batchSize: number) => {
    const due = query
      .select({ sequence: outbox.sequence })
      .from(outbox)
      .where(lt(outbox.publishedAt, before))
      .orderBy(outbox.publishedAt)
      .limit(batchSize)
    return query.delete(outbox).where(inArray(outbox.sequence, due)).returning({ sequence: outbox.sequence })
  }

  const countRows = async (table: typeof tokenBlacklist | typeof sessions | typeof outbox) => {
    const [row] = await query.select({ rows: count() }).from(table)
    return row?.rows ?? 0
  }

  return async () => {
    const now = clock()
    const noReplayBefore = new Date(now.getTime() - eventRetentionMilliseconds)
    const noAccessTokenSince = new Date(now.getTime() - accessTtlSeconds * 1000)
    return {
      removed: {
        tokens: await removeInBatches(limits, removeTokens(now)),
        sessions: await removeInBatches(limits, removeSessions(noAccessTokenSince)),
        events: await removeInBatches(limits, removeEvents(noReplayBefore)),
      },
      remaining: {
        tokens: await countRows(tokenBlacklist),
        sessions: await countRows(sessions),
        events: await countRows(outbox),
      },
    }
  }
}
