import type { Columns } from '@accounts/shared/database/columns'
import type { Database } from '@accounts/shared/database/open'
import type { Queries } from '@accounts/shared/database/queries'
import type { ReceivedEvent } from '@accounts/shared/events/read-account-event'

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
  /** What the events have said of an account so far; there may be no profile yet, and one that is dead needs none. */
  const accountStates = columns.table(
    'account_states',
    {
      authId: columns.counter('auth_id').notNull(),
      /** The last event that was applied; those before it are of no more use. */
      eventVersion: columns.counter('event_version').notNull(),
      isActive: columns.flag('is_active').notNull(),
      /** Access tokens of an older one are dead. */
      securityVersion: columns.counter('security_version').notNull(),
      updatedAt: columns.instant('updated_at').notNull(),
    },
    (table) => [columns.uniqueIndex('account_states_auth_id_unique').on(table.authId)],
  )
  const revokedSessions = columns.table(
    'revoked_sessions',
    {
      sessionId: columns.text('session_id').notNull(),
      authId: columns.counter('auth_id').notNull(),
      /** By then no token of the session can be alive. */
      expiresAt: columns.instant('expires_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('revoked_sessions_session_id_unique').on(table.sessionId),
      columns.index('revoked_sessions_expires_at_index').on(table.expiresAt),
    ],
  )
  /** Every message that has taken effect: the same one again has none. */
  const inbox = columns.table(
    'inbox',
    {
      messageId: columns.text('message_id').notNull(),
      authId: columns.counter('auth_id').notNull(),
      version: columns.counter('version').notNull(),
      receivedAt: columns.instant('received_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('inbox_message_id_unique').on(table.messageId),
      columns.index('inbox_received_at_index').on(table.receivedAt),
    ],
  )
  /** Events that wait for one that comes before them. */
  const pendingEvents = columns.table(
    'pending_events',
    {
      authId: columns.counter('auth_id').notNull(),
      version: columns.counter('version').notNull(),
      event: columns.json<ReceivedEvent['event']>('event').notNull(),
      receivedAt: columns.instant('received_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('pending_events_auth_id_version_unique').on(table.authId, table.version),
      columns.index('pending_events_received_at_index').on(table.receivedAt),
    ],
  )
  return { userProfiles, accountStates, revokedSessions, inbox, pendingEvents }
}

export type UserTables = ReturnType<typeof defineTables>

export type UserDatabase = Database<UserTables>

/** What a repository works with: the handle of a transaction, and the tables of its dialect. */
export interface Scope {
  query: Queries
  tables: UserTables
}
