import type { Columns } from '@accounts/shared/database/columns'
import type { EndReason } from '../../domain/session.ts'
import type { defineAccountTables } from './account-tables.ts'

export const defineSessionTables = (
  columns: Columns,
  { authInfo }: ReturnType<typeof defineAccountTables>,
) => {
  const sessions = columns.table(
    'sessions',
    {
      id: columns.text('id').primaryKey(),
      userId: columns
        .counter('user_id')
        .notNull()
        .references(() => authInfo.id),
      createdAt: columns.instant('created_at').notNull(),
      lastUsedAt: columns.instant('last_used_at').notNull(),
      expiresAt: columns.instant('expires_at').notNull(),
      refreshTokenId: columns.text('refresh_token_id').notNull(),
      accessTokenId: columns.text('access_token_id').notNull(),
      previousRefreshTokenId: columns.text('previous_refresh_token_id'),
      issuedAt: columns.instant('issued_at').notNull(),
      refreshExpiresAt: columns.instant('refresh_expires_at').notNull(),
      endedAt: columns.instant('ended_at'),
      endReason: columns.text('end_reason').$type<EndReason>(),
      ip: columns.text('ip'),
      userAgent: columns.text('user_agent'),
    },
    (table) => [
      columns.index('sessions_user_id_index').on(table.userId),
      columns.index('sessions_refresh_expires_at_index').on(table.refreshExpiresAt),
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
  return { sessions, tokenBlacklist }
}
