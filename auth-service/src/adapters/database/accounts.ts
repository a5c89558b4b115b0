import { and, eq } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import { type Account, type AccountWithRoles, identityKey, type NewAccount } from '../../domain/account.ts'
import { searchKeysOf } from '../../domain/search.ts'
import type { Store } from '../../ports.ts'
import { accountColumns } from './account-columns.ts'
import { withRights } from './rights.ts'
import type { Scope } from './tables.ts'

export const createAccounts = ({ query, tables }: Scope): Store['accounts'] => {
  const { authInfo, searchKeys } = tables
  const columns = accountColumns(tables)
  const withRoles = async (account: Account | undefined): Promise<AccountWithRoles | null> => {
    const [found] = await withRights({ query, tables }, account ? [account] : [])
    return found ?? null
  }

  /** For an account that this transaction has just changed, and so holds: nobody else can raise it in between. */
  const raiseSecurityVersion = async (held: Account | undefined): Promise<Account | null> => {
    if (!held) return null
    const { id, securityVersion } = held
    const raised = { securityVersion: securityVersion + 1 }
    await query.update(authInfo).set(raised).where(eq(authInfo.id, id))
    return { ...held, ...raised }
  }

  return {
    insert: async (account) => {
      const inserted = await query
        .insert(authInfo)
        .values(rowOf(account))
        .onConflictDoNothing()
        .returning(columns)
      const [made] = inserted
      if (made) await query.insert(searchKeys).values(searchRowsOf(made))
      return withRoles(made)
    },
    find: async (id) => {
      const found = await query.select(columns).from(authInfo).where(eq(authInfo.id, id))
      return withRoles(found[0])
    },
    recordLogin: async (id, verifiedHash, at) => {
      const recorded = await recordLogin({ query, tables }, { id, verifiedHash, at })
      return withRoles(recorded[0])
    },
    changePassword: async (id, verifiedHash, newHash, at) => {
      const changed = await query
        .update(authInfo)
        .set({ hashedPassword: newHash, updatedAt: at })
        .where(isUnchanged(authInfo, id, verifiedHash))
        .returning(columns)
      return raiseSecurityVersion(changed[0])
    },
    rehash: async (id, verifiedHash, newHash) => {
      await query
        .update(authInfo)
        .set({ hashedPassword: newHash })
        .where(isUnchanged(authInfo, id, verifiedHash))
    },
    deactivate: async (id, at) => {
      const deactivated = await query
        .update(authInfo)
        .set({ isActive: false, updatedAt: at })
        .where(isActive(authInfo, id))
        .returning(columns)
      return raiseSecurityVersion(deactivated[0])
    },
    reactivate: async (id, at) => {
      const reactivated = await query
        .update(authInfo)
        .set({ isActive: true, updatedAt: at })
        .where(and(eq(authInfo.id, id), eq(authInfo.isActive, false)))
        .returning(columns)
      return raiseSecurityVersion(reactivated[0])
    },
    raiseSecurityVersion: async (id, at) => {
      const held = await query
        .update(authInfo)
        .set({ updatedAt: at })
        .where(eq(authInfo.id, id))
        .returning(columns)
      return raiseSecurityVersion(held[0])
    },
  }
}

const recordLogin = defineStatement(
  ({ query, tables }: Scope, given: { id: number; verifiedHash: string; at: Date }) =>
    query
      .update(tables.authInfo)
      .set({ lastLoginAt: given.at })
      .where(isUnchanged(tables.authInfo, given.id, given.verifiedHash))
      .returning(accountColumns(tables)),
)

type AuthInfo = Scope['tables']['authInfo']

const isActive = (authInfo: AuthInfo, id: number) => and(eq(authInfo.id, id), eq(authInfo.isActive, true))

const isUnchanged = (authInfo: AuthInfo, id: number, verifiedHash: string) =>
  and(isActive(authInfo, id), eq(authInfo.hashedPassword, verifiedHash))

/** By what an account can be found. */
export const searchRowsOf = (account: Account) =>
  searchKeysOf(account).map((key) => ({ userId: account.id, key }))

const rowOf = ({ login, email, displayName, hashedPassword, createdAt }: NewAccount) => ({
  login,
  loginKey: identityKey(login),
  email,
  emailKey: identityKey(email),
  displayName,
  hashedPassword,
  isActive: true,
  securityVersion: 1,
  createdAt,
  updatedAt: createdAt,
})
