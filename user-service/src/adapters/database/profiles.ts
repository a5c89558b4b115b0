import { and, eq } from '@accounts/shared/database/operators'
import type { Clock, Profiles } from '../../ports.ts'
import { holdAccount } from './hold-account.ts'
import { profileColumns } from './profile-columns.ts'
import type { UserDatabase } from './tables.ts'

interface ProfilesNeeds {
  database: UserDatabase
  clock: Clock
}

export const createProfiles = ({ database, clock }: ProfilesNeeds): Profiles => {
  const { tables } = database
  const { userProfiles, revokedSessions } = tables
  const columns = profileColumns(tables)

  return {
    make: async ({ userId, sessionId, securityVersion, displayName }) =>
      database.transaction(async (query) => {
        const at = clock()
        const state = await holdAccount({ query, tables }, userId, at)
        // News may have come since the guard looked.
        if (!state.isActive || securityVersion < state.securityVersion) return null
        const [revoked] = await query
          .select({ sessionId: revokedSessions.sessionId })
          .from(revokedSessions)
          .where(eq(revokedSessions.sessionId, sessionId))
        if (revoked) return null
        const [made] = await query
          .insert(userProfiles)
          .values({ authId: userId, displayName, isActive: true, createdAt: at, updatedAt: at })
          .onConflictDoNothing()
          .returning(columns)
        if (made) return made
        const [found] = await query.select(columns).from(userProfiles).where(eq(userProfiles.authId, userId))
        return found?.isActive ? found : null
      }),
    editBio: async (authId, bio) => {
      const [edited] = await database.query
        .update(userProfiles)
        .set({ bio, updatedAt: clock() })
        .where(and(eq(userProfiles.authId, authId), eq(userProfiles.isActive, true)))
        .returning(columns)
      return edited ?? null
    },
  }
}
