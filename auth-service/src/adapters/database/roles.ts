import { and, asc, eq, gt, inArray, oneMoreThan } from '@accounts/shared/database/operators'
import { adminRole, type Role } from '../../domain/roles.ts'
import type { RoleLookup, Store } from '../../ports.ts'
import type { AuthDatabase, Scope } from './tables.ts'

interface RolesNeeds extends Scope {
  accounts: Store['accounts']
  outbox: Store['outbox']
}

export const createRoles = ({ query, tables, accounts, outbox }: RolesNeeds): Store['roles'] => {
  const { authInfo, rolePermissions, roles, userRoles } = tables

  const allow = async (role: string, permissions: readonly string[]) => {
    if (permissions.length === 0) return
    await query.insert(rolePermissions).values(permissions.map((permission) => ({ role, permission })))
  }

  return {
    // One row for all of them: they are changed seldom, and by few.
    hold: async () => {
      await query.update(roles).set({ version: roles.version }).where(eq(roles.name, adminRole))
    },
    find: async (name) => findRole({ query, tables }, name),
    insert: async ({ name, description, permissions }, at) => {
      const fresh = { name, description, isBuiltIn: false, version: 1 }
      const inserted = await query
        .insert(roles)
        .values({ ...fresh, createdAt: at, updatedAt: at })
        .onConflictDoNothing()
        .returning({ name: roles.name })
      if (inserted.length === 0) return null
      await allow(name, permissions)
      return { ...fresh, permissions }
    },
    update: async ({ name, description, permissions }, at) => {
      const change = { description, version: oneMoreThan(roles.version), updatedAt: at }
      await query.update(roles).set(change).where(eq(roles.name, name))
      await query.delete(rolePermissions).where(eq(rolePermissions.role, name))
      await allow(name, permissions)
    },
    remove: async (name) => {
      await query.delete(rolePermissions).where(eq(rolePermissions.role, name))
      await query.delete(roles).where(eq(roles.name, name))
    },
    holders: async (name) => {
      const rows = await query
        .select({ id: userRoles.userId })
        .from(userRoles)
        .where(eq(userRoles.role, name))
        .orderBy(asc(userRoles.userId))
      return rows.map(({ id }) => id)
    },
    give: async (userId, names, at) => {
      await query.delete(userRoles).where(eq(userRoles.userId, userId))
      if (names.length === 0) return
      await query.insert(userRoles).values(names.map((role) => ({ userId, role, grantedAt: at })))
    },
    hasActiveAdmin: async () => {
      const found = await query
        .select({ id: authInfo.id })
        .from(userRoles)
        .innerJoin(authInfo, eq(authInfo.id, userRoles.userId))
        .where(and(eq(userRoles.role, adminRole), eq(authInfo.isActive, true)))
        .limit(1)
      return found.length > 0
    },
    tell: async (userId, at) => {
      const account = (await accounts.raiseSecurityVersion(userId, at)) && (await accounts.find(userId))
      if (!account) throw new Error(`rights of account ${userId}, which does not exist`)
      const { roles: held, securityVersion: ver } = account
      await outbox.add({ event_type: 'Roles Change', auth_id: userId, roles: [...held], ver })
    },
  }
}

export const createRoleLookup = ({ query, tables }: AuthDatabase): RoleLookup => ({
  find: async (name) => findRole({ query, tables }, name),
  page: async ({ after, limit }) => {
    const { roles } = tables
    const rows = await query
      .select()
      .from(roles)
      .where(after === undefined ? undefined : gt(roles.name, after))
      .orderBy(asc(roles.name))
      .limit(limit)
    return withPermissions({ query, tables }, rows)
  },
})

const findRole = async ({ query, tables }: Scope, name: string) => {
  const rows = await query.select().from(tables.roles).where(eq(tables.roles.name, name))
  const [role] = await withPermissions({ query, tables }, rows)
  return role ?? null
}

type RoleRow = Omit<Role, 'permissions'>

const withPermissions = async ({ query, tables }: Scope, rows: readonly RoleRow[]): Promise<Role[]> => {
  if (rows.length === 0) return []
  const { rolePermissions } = tables
  const names = rows.map(({ name }) => name)
  const allowed = await query.select().from(rolePermissions).where(inArray(rolePermissions.role, names))
  return rows.map(({ name, description, isBuiltIn, version }) => ({
    ...{ name, description, isBuiltIn, version },
    permissions: allowed
      .filter(({ role }) => role === name)
      .map(({ permission }) => permission)
      .toSorted(),
  }))
}
