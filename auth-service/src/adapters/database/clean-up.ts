import { setImmediate } from 'node:timers/promises'
import { count, inArray, lt } from '@accounts/shared/database/operators'
import type { Clock, RemoveExpired } from '../../ports.ts'
import type { AuthDatabase } from './tables.ts'

interface CleanUpNeeds {
  database: AuthDatabase
  clock: Clock
  accessTtlSeconds: number
  /** Rows that one transaction removes. */
  batchSize?: number
  /** Of each kind; what is left over is for the next run. */
  maxBatches?: number
}

// As long as published events can be sent again.
const eventRetentionMilliseconds = 7 * 86_400_000

/** Removes blacklisted tokens that have expired, sessions of which no token can be alive any more, and old events. */
export const createCleanUp = ({
  database,
  clock,
  accessTtlSeconds,
  batchSize = 500,
  maxBatches = 20,
}: CleanUpNeeds): RemoveExpired => {
  const { tokenBlacklist, sessions, outbox } = database.tables
  const { query } = database

  const removeTokens = async (before: Date) => {
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

  const removeSessions = async (before: Date) => {
    const due = query
      .select({ id: sessions.id })
      .from(sessions)
      .where(lt(sessions.refreshExpiresAt, before))
      .orderBy(sessions.refreshExpiresAt)
      .limit(batchSize)
    return query.delete(sessions).where(inArray(sessions.id, due)).returning({ id: sessions.id })
  }

  const removeEvents = async (before: Date) => {
    const due = query
      .select({ sequence: outbox.sequence })
      .from(outbox)
      .where(lt(outbox.publishedAt, before))
      .orderBy(outbox.publishedAt)
      .limit(batchSize)
    return query.delete(outbox).where(inArray(outbox.sequence, due)).returning({ sequence: outbox.sequence })
  }

  const removeInBatches = async (removeBatch: () => Promise<unknown[]>) => {
    let removed = 0
    for (let batch = 0; batch < maxBatches; batch += 1) {
      const rows = await removeBatch()
      removed += rows.length
      if (rows.length < batchSize) break
      // SQLite answers at once: without a pause, requests would wait for all batches.
      await setImmediate()
    }
    return removed
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
        tokens: await removeInBatches(async () => removeTokens(now)),
        sessions: await removeInBatches(async () => removeSessions(noAccessTokenSince)),
        events: await removeInBatches(async () => removeEvents(noReplayBefore)),
      },
      remaining: {
        tokens: await countRows(tokenBlacklist),
        sessions: await countRows(sessions),
        events: await countRows(outbox),
      },
    }
  }
}
