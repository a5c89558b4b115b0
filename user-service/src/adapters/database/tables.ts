import type { Columns } from '@accounts/shared/database/columns'

export const defineTables = (columns: Columns) => {
  const userProfiles = columns.table(
    'user_profiles',
    {
      id: columns.id('id'),
      /** The account's id in auth-service's own database. */
      authId: columns.counter('auth_id').notNull(),
      displayName: columns.text('display_name').notNull(),
      bio: columns.text('bio'),
      isActive: columns.flag('is_active').notNull(),
      createdAt: columns.instant('created_at').notNull(),
      updatedAt: columns.instant('updated_at').notNull(),
    },
    (table) => [columns.uniqueIndex('user_profiles_auth_id_unique').on(table.authId)],
  )
  return { userProfiles }
}
