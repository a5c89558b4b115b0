import { eq, inArray, type SQL } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { Account, AccountWithRoles } from '../../domain/account.ts'
import { rolesFrom } from '../../domain/roles.ts'
import type { Scope } from './tables.ts'

/** Accounts with their roles, and with what those allow. */
export const withRights = async <Known extends Account>(
  scope: Scope,
  accounts: readonly Known[],
): Promise<(Known & AccountWithRoles)[]> => {
  const [first, ...others] = accounts
  if (first === undefined) return []
  const ids = accounts.map(({ id }) => id)
  const rows = await (others.length === 0
    ? rightsOfOne(scope, { id: first.id })
    : selectRights(scope, inArray(scope.tables.userRoles.userId, ids)))
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

const selectRights = ({ query, tables: { rolePermissions, userRoles } }: Scope, which: SQL) =>
  query
    .select({ userId: userRoles.userId, role: userRoles.role, permission: rolePermissions.permission })
    .from(userRoles)
    .leftJoin(rolePermissions, eq(rolePermissions.role, userRoles.role))
    .where(which)

const rightsOfOne = defineStatement((scope: Scope, given: { id: number }) =>
  selectRights(scope, eq(scope.tables.userRoles.userId, given.id)),
)
