import { asc, eq, gt } from '@accounts/shared/database/operators'
import type { KnownAccount, ListAccounts } from '../../ports.ts'
import type { UserDatabase } from './tables.ts'

/** Both tables, since either may hold an account that the other lacks; that is what the list is there to show. */
export const createListAccounts = ({ database }: { database: UserDatabase }): ListAccounts => {
  const { query, tables } = database
  const { accountStates, userProfiles } = tables
  const state = {
    authId: accountStates.authId,
    isActive: accountStates.isActive,
    securityVersion: accountStates.securityVersion,
    eventVersion: accountStates.eventVersion,
  }
  const profile = {
    authId: userProfiles.authId,
    isActive: userProfiles.isActive,
    displayName: userProfiles.displayName,
  }
  const sameAccount = eq(userProfiles.authId, accountStates.authId)

  return async ({ after, limit }) => {
    const states = await query
      .select({ state, displayName: userProfiles.displayName })
      .from(accountStates)
      .leftJoin(userProfiles, sameAccount)
      .where(gt(accountStates.authId, after))
      .orderBy(asc(accountStates.authId))
      .limit(limit)
    const profiles = await query
      .select({ state, profile })
      .from(userProfiles)
      .leftJoin(accountStates, sameAccount)
      .where(gt(userProfiles.authId, after))
      .orderBy(asc(userProfiles.authId))
      .limit(limit)
    const known = new Map<number, KnownAccount>()
    for (const row of profiles) known.set(row.profile.authId, { ...unheardOf, ...row.profile, ...row.state })
    for (const row of states) known.set(row.state.authId, { ...row.state, displayName: row.displayName })
    return [...known.values()].toSorted((one, other) => one.authId - other.authId).slice(0, limit)
  }
}

const unheardOf = { securityVersion: 0, eventVersion: 0 }
