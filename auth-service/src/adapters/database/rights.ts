import { eq, inArray } from '@accounts/shared/database/operators'
import type { Account, AccountWithRoles } from '../../domain/account.ts'
import { rolesFrom } from '../../domain/roles.ts'
import type { Scope } from './tables.ts'

/** Accounts with their roles, and with what those allow. */
export const withRights = async <Known extends Account>(
  { query, tables: { rolePermissions, userRoles } }: Scope,
  accounts: readonly Known[],
): Promise<(Known & AccountWithRoles)[]> => {
  if (accounts.length === 0) return []
  const ids = accounts.map(({ id }) => id)
  const rows = await query
    .select({ userId: userRoles.userId, role: userRoles.role, permission: rolePermissions.permission })
    .from(userRoles)
    .leftJoin(rolePermissions, eq(rolePermissions.role, userRoles.role))
    .where(inArray(userRoles.userId, ids))
  return accounts.map((account) => {
    const own = rows.filter(({ userId }) => userId === account.id)
    const permissions = own.flatMap(({ permission }) => permission ?? [])
    return {
      ...account,
      roles: rolesFrom(own.map(({ role }) => role)),
      permissions: [...new Set(permissions)].toSorted(),
    }
  })
}
