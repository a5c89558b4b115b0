import { and, eq } from '@accounts/shared/database/operators'
import { type Account, type AccountWithRoles, identityKey, type NewAccount } from '../../domain/account.ts'
import { rolesFrom } from '../../domain/roles.ts'
import type { Store } from '../../ports.ts'
import { accountColumns } from './account-columns.ts'
import type { Scope } from './tables.ts'

export const createAccounts = ({ query, tables }: Scope): Store['accounts'] => {
  const { authInfo, userRoles } = tables
  const columns = accountColumns(tables)
  const isActive = (id: number) => and(eq(authInfo.id, id), eq(authInfo.isActive, true))
  const isUnchanged = (id: number, verifiedHash: string) =>
    and(isActive(id), eq(authInfo.hashedPassword, verifiedHash))

  const withRoles = async (account: Account | undefined): Promise<AccountWithRoles | null> => {
    if (!account) return null
    const rows = await query
      .select({ role: userRoles.role })
      .from(userRoles)
      .where(eq(userRoles.userId, account.id))
    return { ...account, roles: rolesFrom(rows.map(({ role }) => role)) }
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
      return withRoles(inserted[0])
    },
    find: async (id) => {
      const found = await query.select(columns).from(authInfo).where(eq(authInfo.id, id))
      return withRoles(found[0])
    },
    recordLogin: async (id, verifiedHash, at) => {
      const recorded = await query
        .update(authInfo)
        .set({ lastLoginAt: at })
        .where(isUnchanged(id, verifiedHash))
        .returning(columns)
      return withRoles(recorded[0])
    },
    changePassword: async (id, verifiedHash, newHash, at) => {
      const changed = await query
        .update(authInfo)
        .set({ hashedPassword: newHash, updatedAt: at })
        .where(isUnchanged(id, verifiedHash))
        .returning(columns)
      return raiseSecurityVersion(changed[0])
    },
    rehash: async (id, verifiedHash, newHash) => {
      await query.update(authInfo).set({ hashedPassword: newHash }).where(isUnchanged(id, verifiedHash))
    },
    deactivate: async (id, at) => {
      const deactivated = await query
        .update(authInfo)
        .set({ isActive: false, updatedAt: at })
        .where(isActive(id))
        .returning(columns)
      return raiseSecurityVersion(deactivated[0])
    },
  }
}

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
