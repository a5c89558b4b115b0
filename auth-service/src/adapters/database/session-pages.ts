import { and, asc, desc, eq, gt, isNull } from '@accounts/shared/database/operators'
import type { Clock, SessionPage } from '../../ports.ts'
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
