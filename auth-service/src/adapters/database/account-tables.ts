import type { Columns } from '@accounts/shared/database/columns'

export const defineAccountTables = (columns: Columns) => {
  const authInfo = columns.table(
    'auth_info',
    {
      id: columns.id('id'),
      login: columns.text('login').notNull(),
      /** Normalised, so that one plain unique index holds without regard to case on either dialect. */
      loginKey: columns.text('login_key').notNull(),
      email: columns.text('email').notNull(),
      emailKey: columns.text('email_key').notNull(),
      displayName: columns.text('display_name').notNull().default(''),
      hashedPassword: columns.text('hashed_password').notNull(),
      isActive: columns.flag('is_active').notNull(),
      securityVersion: columns.counter('security_version').notNull(),
      /** The latest event of this account: what puts its events in order. */
      eventVersion: columns.counter('event_version').notNull().default(0),
      createdAt: columns.instant('created_at').notNull(),
      updatedAt: columns.instant('updated_at').notNull(),
      lastLoginAt: columns.instant('last_login_at'),
    },
    (table) => [
      columns.uniqueIndex('auth_info_login_key_unique').on(table.loginKey),
      columns.uniqueIndex('auth_info_email_key_unique').on(table.emailKey),
      columns.index('auth_info_is_active_id_index').on(table.isActive, table.id),
    ],
  )
  const userRoles = columns.table(
    'user_roles',
    {
      userId: columns
        .counter('user_id')
        .notNull()
        .references(() => authInfo.id),
      role: columns.text('role').notNull(),
      grantedAt: columns.instant('granted_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('user_roles_user_id_role_unique').on(table.userId, table.role),
      columns.index('user_roles_role_user_id_index').on(table.role, table.userId),
    ],
  )
  /** What an account is found by when only the beginning is known. */
  const searchKeys = columns.table(
    'search_keys',
    {
      userId: columns
        .counter('user_id')
        .notNull()
        .references(() => authInfo.id),
      /** As bytes in hexadecimal: their order is the same whatever language a database sorts by. */
      key: columns.text('key').notNull(),
    },
    (table) => [
      columns.uniqueIndex('search_keys_user_id_key_unique').on(table.userId, table.key),
      columns.index('search_keys_key_user_id_index').on(table.key, table.userId),
    ],
  )
  return { authInfo, userRoles, searchKeys }
}
