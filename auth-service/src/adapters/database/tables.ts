import type { Columns } from '@accounts/shared/database/columns'

export const defineTables = (columns: Columns) => {
  const authInfo = columns.table(
    'auth_info',
    {
      id: columns.id('id'),
      login: columns.text('login').notNull(),
      /** Normalised, so that one plain unique index holds without regard to case on either dialect. */
      loginKey: columns.text('login_key').notNull(),
      email: columns.text('email').notNull(),
      emailKey: columns.text('email_key').notNull(),
      hashedPassword: columns.text('hashed_password').notNull(),
      isActive: columns.flag('is_active').notNull(),
      securityVersion: columns.counter('security_version').notNull(),
      createdAt: columns.instant('created_at').notNull(),
      updatedAt: columns.instant('updated_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('auth_info_login_key_unique').on(table.loginKey),
      columns.uniqueIndex('auth_info_email_key_unique').on(table.emailKey),
    ],
  )
  const tokenBlacklist = columns.table(
    'token_blacklist',
    {
      id: columns.id('id'),
      jti: columns.text('jti').notNull(),
      userId: columns.counter('user_id').notNull(),
      expiresAt: columns.instant('expires_at').notNull(),
      blacklistedAt: columns.instant('blacklisted_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('token_blacklist_jti_unique').on(table.jti),
      columns.index('token_blacklist_expires_at_index').on(table.expiresAt),
    ],
  )
  return { authInfo, tokenBlacklist }
}
