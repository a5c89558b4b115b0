import type { Columns } from '@accounts/shared/database/columns'

/** What there is to be granted. `user` and `admin` and every permission are those of the code. */
export const defineRoleTables = (columns: Columns) => {
  const roles = columns.table('roles', {
    name: columns.text('name').primaryKey(),
    description: columns.text('description').notNull(),
    isBuiltIn: columns.flag('is_built_in').notNull(),
    /** Grows with every edit, so that two administrators do not overwrite each other. */
    version: columns.counter('version').notNull(),
    createdAt: columns.instant('created_at').notNull(),
    updatedAt: columns.instant('updated_at').notNull(),
  })
  const permissions = columns.table('permissions', {
    name: columns.text('name').primaryKey(),
    description: columns.text('description').notNull(),
  })
  const rolePermissions = columns.table(
    'role_permissions',
    {
      role: columns
        .text('role')
        .notNull()
        .references(() => roles.name),
      /** Of the table `permissions`, or all of one kind: `users:*`. */
      permission: columns.text('permission').notNull(),
    },
    (table) => [
      columns.uniqueIndex('role_permissions_role_permission_unique').on(table.role, table.permission),
    ],
  )
  return { roles, permissions, rolePermissions }
}
