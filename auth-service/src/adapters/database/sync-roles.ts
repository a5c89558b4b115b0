import { permissions as known } from '@accounts/shared/access/permissions'
import { eq, inArray, notInArray } from '@accounts/shared/database/operators'
import { builtInRoles } from '../../domain/roles.ts'
import type { Clock } from '../../ports.ts'
import type { AuthDatabase, Scope } from './tables.ts'

interface SyncNeeds {
  database: AuthDatabase
  clock: Clock
}

/** The permissions and the built-in roles of the database are those of the code that runs. */
export const syncRoles = async ({ database, clock }: SyncNeeds) =>
  database.transaction(async (query) => {
    const scope = { query, tables: database.tables }
    await syncPermissions(scope)
    await syncBuiltInRoles(scope, clock())
  })

const syncPermissions = async ({ query, tables: { permissions } }: Scope) => {
  const names = Object.keys(known)
  await query.delete(permissions).where(notInArray(permissions.name, names))
  for (const [name, description] of Object.entries(known)) {
    await query.insert(permissions).values({ name, description }).onConflictDoNothing()
    await query.update(permissions).set({ description }).where(eq(permissions.name, name))
  }
}

const syncBuiltInRoles = async ({ query, tables: { rolePermissions, roles } }: Scope, now: Date) => {
  for (const { name, description } of builtInRoles) {
    const row = { name, description, isBuiltIn: true, version: 1, createdAt: now, updatedAt: now }
    await query.insert(roles).values(row).onConflictDoNothing()
    await query.update(roles).set({ description, isBuiltIn: true }).where(eq(roles.name, name))
  }
  const names = builtInRoles.map(({ name }) => name)
  await query.delete(rolePermissions).where(inArray(rolePermissions.role, names))
  await query
    .insert(rolePermissions)
    .values(
      builtInRoles.flatMap(({ name, permissions }) =>
        permissions.map((permission) => ({ role: name, permission })),
      ),
    )
    .onConflictDoNothing()
}
