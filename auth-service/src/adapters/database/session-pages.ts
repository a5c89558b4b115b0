import { and, asc, desc, eq, gt, isNull, lte } from '@accounts/shared/database/operators'
import type { Clock, SessionPage, SignedInAccounts } from '../../ports.ts'
import type { AuthDatabase, AuthTables } from './tables.ts'

interface PageNeeds {
  database: AuthDatabase
  clock: Clock
}

/** Neither ended nor past its own end, or that of its refresh token. */
export const livesAt = (sessions: AuthTables['sessions'], at: Date) =>
  and(isNull(sessions.endedAt), gt(sessions.expiresAt, at), gt(sessions.refreshExpiresAt, at))

export const createSessionPage =
  ({ database: { query, tables }, clock }: PageNeeds): SessionPage =>
  async ({ userId, limit }) => {
    const { authInfo, sessions } = tables
    const { id, userAgent, ip, createdAt, lastUsedAt } = sessions
    // An account without sessions is a row without one, an unknown account is no row.
    const rows = await query
      .select({ session: { id, userAgent, ip, createdAt, lastUsedAt } })
      .from(authInfo)
      .leftJoin(sessions, and(eq(sessions.userId, authInfo.id), livesAt(sessions, clock())))
      .where(eq(authInfo.id, userId))
      .orderBy(desc(sessions.lastUsedAt), asc(sessions.id))
      .limit(limit)
    return rows.length === 0 ? null : rows.flatMap(({ session }) => session ?? [])
  }

// Most may have no session that lives, and a database reads those that have ended as well.
const accountsLookedAt = 2_000

export const createSignedInAccounts = ({
  database: { query, tables },
  clock,
  mostLookedAt = accountsLookedAt,
}: PageNeeds & { mostLookedAt?: number }): SignedInAccounts => {
  const { authInfo, sessions } = tables

  /** Where to stop looking; nothing where the accounts end before. */
  const lastToLookAt = async (after: number) => {
    const [last] = await query
      .select({ id: authInfo.id })
      .from(authInfo)
      .where(gt(authInfo.id, after))
      .orderBy(asc(authInfo.id))
      .limit(1)
      .offset(mostLookedAt - 1)
    return last?.id
  }

  return async ({ after, limit }) => {
    const last = await lastToLookAt(after)
    const upToLast = last === undefined ? undefined : lte(sessions.userId, last)
    // As requests are let in, without a look at the refresh token: PostgreSQL would read all of its index.
    const lives = and(isNull(sessions.endedAt), gt(sessions.expiresAt, clock()))
    const found = await query
      .selectDistinct({ id: sessions.userId })
      .from(sessions)
      .where(and(gt(sessions.userId, after), upToLast, lives))
      .orderBy(asc(sessions.userId))
      .limit(limit + 1)
    const ids = found.slice(0, limit).map(({ id }) => id)
    return { ids, next: (found.length > limit ? ids.at(-1) : last) ?? null }
  }
}
