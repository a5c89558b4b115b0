import { eq, Placeholder } from '@accounts/shared/database/operators'
import type { Lookup } from '../../ports.ts'
import { profileColumns } from './profile-columns.ts'
import type { UserDatabase } from './tables.ts'

/** Whatever is known of an account stands beside a row of its state, so no row there means that nothing is known. */
export const createLookup = ({ database }: { database: UserDatabase }): Lookup => {
  const standing = prepareStanding(database)
  return {
    standing: async ({ userId, sessionId, securityVersion }) => {
      const [known] = await standing.execute({ userId, sessionId })
      if (!known) return { profile: null }
      const isDead = !known.isActive || known.revoked !== null || securityVersion < known.securityVersion
      return isDead ? null : { profile: known.profile }
    },
  }
}

/** Prepared once: building the text of a query costs more than asking it. Each table is read by a unique index. */
const prepareStanding = ({ query, tables }: UserDatabase) => {
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
    .leftJoin(revokedSessions, eq(revokedSessions.sessionId, new Placeholder('sessionId')))
    .where(eq(accountStates.authId, new Placeholder('userId')))
    .prepare('standing')
}
