import { eq } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { Lookup } from '../../ports.ts'
import { profileColumns } from './profile-columns.ts'
import type { Scope, UserDatabase } from './tables.ts'

/** Whatever is known of an account stands beside a row of its state, so no row there means that nothing is known. */
export const createLookup = ({ database }: { database: UserDatabase }): Lookup => ({
  standing: async ({ userId, sessionId, securityVersion }) => {
    const [known] = await standing(database, { userId, sessionId })
    if (!known) return { profile: null }
    const isDead = !known.isActive || known.revoked !== null || securityVersion < known.securityVersion
    return isDead ? null : { profile: known.profile }
  },
})

/** Asked with every request; each table is read by a unique index. */
const standing = defineStatement(({ query, tables }: Scope, given: { userId: number; sessionId: string }) => {
  const { accountStates, userProfiles, revokedSessions } = tables
  return query
    .select({
      isActive: accountStates.isActive,
      securityVersion: accountStates.securityVersion,
      revoked: revokedSessions.sessionId,
      profile: profileColumns(tables),
    })
    .from(accountStates)
    .leftJoin(userProfiles, eq(userProfiles.authId, accountStates.authId))
    .leftJoin(revokedSessions, eq(revokedSessions.sessionId, given.sessionId))
    .where(eq(accountStates.authId, given.userId))
})
