import type { Columns } from '@accounts/shared/database/columns'
import type { AccountEvent } from '@accounts/shared/events/account-events'
import type { AuditAction, AuditEntry } from '../../domain/audit.ts'

/** What goes with an event beside its body. */
export interface EventHeaders {
  'x-aggregate-id': string
  'x-aggregate-version': number
  'x-schema-version': 1
  'x-occurred-at': string
  /** The request that caused it. */
  'x-correlation-id'?: string
}

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
      attempts: columns.integer('attempts').notNull().default(0),
      nextAttemptAt: columns.instant('next_attempt_at'),
      publishedAt: columns.instant('published_at'),
      parkedAt: columns.instant('parked_at'),
      createdAt: columns.instant('created_at').notNull(),
    },
    (table) => [
      columns.uniqueIndex('outbox_id_unique').on(table.id),
      columns.uniqueIndex('outbox_aggregate_unique').on(table.aggregateId, table.aggregateVersion),
      // What is not published stands together, each account's oldest event first.
      columns
        .index('outbox_published_at_index')
        .on(table.publishedAt, table.aggregateId, table.aggregateVersion),
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
    },
    (table) => [
      columns.index('audit_log_user_id_index').on(table.userId),
      columns.index('audit_log_at_index').on(table.at),
    ],
  )
  return { outbox, auditLog }
}
