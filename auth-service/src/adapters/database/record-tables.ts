import type { Columns } from '@accounts/shared/database/columns'
import type { AccountEvent } from '@accounts/shared/events/account-events'
import type { EventHeaders } from '@accounts/shared/events/event-headers'
import type { AuditAction, AuditEntry } from '../../domain/audit.ts'

/** `parked`: could never be sent as it is. */
export type OutboxState = 'waiting' | 'published' | 'parked'

/** What has happened: for the other services, and for people. */
export const defineRecordTables = (columns: Columns) => {
  const outbox = columns.table(
    'outbox',
    {
      sequence: columns.id('sequence'),
      id: columns.text('id').notNull(),
      aggregateId: columns.counter('aggregate_id').notNull(),
      aggregateVersion: columns.counter('aggregate_version').notNull(),
      type: columns.text('type').notNull(),
      payload: columns.json<AccountEvent>('payload').notNull(),
      headers: columns.json<EventHeaders>('headers').notNull(),
      /** The request that caused it. */
      correlationId: columns.text('correlation_id'),
      state: columns.text('state').$type<OutboxState>().notNull().default('waiting'),
      publishedAt: columns.instant('published_at'),
      parkedAt: columns.instant('parked_at'),
      parkedReason: columns.text('parked_reason'),
      createdAt: columns.instant('created_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('outbox_id_unique').on(table.id),
      columns.uniqueIndex('outbox_aggregate_unique').on(table.aggregateId, table.aggregateVersion),
      // What waits stands together, in its order; so does what may be forgotten.
      columns.index('outbox_state_index').on(table.state, table.sequence),
      columns.index('outbox_published_at_index').on(table.publishedAt),
    ],
  )
  const auditLog = columns.table(
    'audit_log',
    {
      id: columns.id('id'),
      at: columns.instant('at').notNull(),
      action: columns.text('action').$type<AuditAction>().notNull(),
      reason: columns.text('reason'),
      userId: columns.counter('user_id'),
      actorId: columns.counter('actor_id'),
      sessionId: columns.text('session_id'),
      ip: columns.text('ip'),
      requestId: columns.text('request_id'),
      details: columns.json<NonNullable<AuditEntry['details']>>('details'),
      /** In the chain; none until it has been chained, a moment after it was committed. */
      position: columns.counter('position'),
      /** Of what it says and of the hash at the position before. */
      hash: columns.text('hash'),
    },
    (table) => [
      columns.index('audit_log_user_id_index').on(table.userId),
      columns.index('audit_log_actor_id_index').on(table.actorId),
      columns.index('audit_log_action_index').on(table.action, table.id),
      columns.index('audit_log_at_index').on(table.at),
      columns.uniqueIndex('audit_log_position_unique').on(table.position),
    ],
  )
  /** Who does what only one process may do, and until when. */
  const leases = columns.table(
    'leases',
    {
      name: columns.text('name').notNull(),
      holder: columns.text('holder').notNull(),
      expiresAt: columns.instant('expires_at').notNull(),
    },
    (table) => [columns.uniqueIndex('leases_name_unique').on(table.name)],
  )
  return { outbox, auditLog, leases }
}
