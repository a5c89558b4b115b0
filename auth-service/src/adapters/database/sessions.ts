import { and, asc, eq, inArray, isNull, ne } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { EndReason, Session } from '../../domain/session.ts'
import type { Store } from '../../ports.ts'
import { holdAccounts } from './hold-accounts.ts'
import { livesAt } from './session-pages.ts'
import { storableIp, storableText } from './storable-text.ts'
import type { Scope } from './tables.ts'

const maxUserAgentLength = 512

export const createSessions = (scope: Scope): Store['sessions'] => {
  const { query, tables } = scope
  const { authInfo, sessions } = tables
  const isLiving = (id: string) => and(eq(sessions.id, id), isNull(sessions.endedAt))

  return {
    insert: async (session) => {
      await insert(scope, { ...session, ...deviceOf(session) })
    },
    find: async (id) => {
      const [session] = await query.select().from(sessions).where(eq(sessions.id, id))
      return session ?? null
    },
    rotate: async (from, to) => {
      const rotated = await query
        .update(sessions)
        .set(rotationOf(to))
        .where(and(isLiving(from.id), eq(sessions.refreshTokenId, from.refreshTokenId)))
        .returning({ id: sessions.id })
      return rotated.length > 0
    },
    end: async (id, reason, at) => {
      const owner = query.select({ id: sessions.userId }).from(sessions).where(eq(sessions.id, id))
      await holdAccounts(scope, inArray(authInfo.id, owner))
      const ended = await query
        .update(sessions)
        .set(endOf(reason, at))
        .where(isLiving(id))
        .returning({ id: sessions.id })
      return ended.length > 0
    },
    endAllOf: async (userId, reason, at, except) => {
      await holdAccounts(scope, eq(authInfo.id, userId))
      const isOther = except === undefined ? undefined : ne(sessions.id, except)
      await query
        .update(sessions)
        .set(endOf(reason, at))
        .where(and(eq(sessions.userId, userId), isNull(sessions.endedAt), isOther))
    },
    endOthers: async ({ userId, sessionId }, { reason, at, limit }) => {
      await holdAccounts(scope, eq(authInfo.id, userId))
      // Only now, when nobody else can end it: of two sessions that end each other one goes on.
      const living = and(eq(sessions.userId, userId), livesAt(sessions, at))
      const kept = await query
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(eq(sessions.id, sessionId), living))
      if (kept.length === 0) return null
      const others = query
        .select({ id: sessions.id })
        .from(sessions)
        .where(and(living, ne(sessions.id, sessionId)))
        .orderBy(asc(sessions.id))
        .limit(limit)
      const ended = await query
        .update(sessions)
        .set(endOf(reason, at))
        .where(inArray(sessions.id, others))
        .returning({ id: sessions.id })
      return ended.map(({ id }) => id)
    },
  }
}

const insert = defineStatement(({ query, tables: { sessions } }: Scope, given: Session) =>
  query.insert(sessions).values({
    id: given.id,
    userId: given.userId,
    createdAt: given.createdAt,
    lastUsedAt: given.lastUsedAt,
    expiresAt: given.expiresAt,
    refreshTokenId: given.refreshTokenId,
    accessTokenId: given.accessTokenId,
    previousRefreshTokenId: given.previousRefreshTokenId,
    issuedAt: given.issuedAt,
    refreshExpiresAt: given.refreshExpiresAt,
    endedAt: given.endedAt,
    endReason: given.endReason,
    ip: given.ip,
    userAgent: given.userAgent,
  }),
)

/** Nothing else moves: neither whose session it is nor its absolute end. */
const rotationOf = (to: Session) => ({
  lastUsedAt: to.lastUsedAt,
  refreshTokenId: to.refreshTokenId,
  accessTokenId: to.accessTokenId,
  previousRefreshTokenId: to.previousRefreshTokenId,
  issuedAt: to.issuedAt,
  refreshExpiresAt: to.refreshExpiresAt,
  ...deviceOf(to),
})

const endOf = (endReason: EndReason, endedAt: Date) => ({ endReason, endedAt })

const deviceOf = ({ ip, userAgent }: Session) => ({
  ip: ip === null ? null : storableIp(ip),
  userAgent: userAgent === null ? null : storableText(userAgent, maxUserAgentLength),
})
