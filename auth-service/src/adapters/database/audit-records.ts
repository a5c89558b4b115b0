import { and, desc, eq, gte, lt, lte, or } from '@accounts/shared/database/operators'
import type { AuditAction } from '../../domain/audit.ts'
import type { AuditFilter, AuditRecord, AuditRecords } from '../../audit-ports.ts'
import type { AuthDatabase, AuthTables } from './tables.ts'

type Place = Pick<AuditRecord, 'id' | 'at'>

/** The audit log as people see it. */
export const createAuditRecords = ({ query, tables: { auditLog } }: AuthDatabase): AuditRecords => ({
  page: async ({ filter, limit, after }) => {
    const order = orderFor(filter, auditLog)
    const rows = await query
      .select()
      .from(auditLog)
      .where(and(matches(filter, auditLog), after && order.after(after)))
      .orderBy(...order.columns)
      .limit(limit + 1)
    return { records: rows.slice(0, limit), more: rows.length > limit }
  },
  find: async (id) => {
    const [row] = await query.select().from(auditLog).where(eq(auditLog.id, id))
    return row ?? null
  },
})

const matches = ({ action, userId, actorId, since, until }: AuditFilter, auditLog: AuthTables['auditLog']) =>
  and(
    // What is looked for may be of an older version, or nothing at all.
    action === undefined ? undefined : eq(auditLog.action, action as AuditAction),
    userId === undefined ? undefined : eq(auditLog.userId, userId),
    actorId === undefined ? undefined : eq(auditLog.actorId, actorId),
    since && gte(auditLog.at, since),
    until && lt(auditLog.at, until),
  )

/**
 * Each by an index that has the order: times are looked up in the one, actions and accounts in those that go by id.
 * Ids alone would be read from the newest down to a time long ago.
 */
const orderFor = ({ since, until }: AuditFilter, { id, at }: AuthTables['auditLog']) =>
  since || until
    ? {
        columns: [desc(at), desc(id)],
        // The first condition is the second one's, for the index.
        after: (place: Place) => and(lte(at, place.at), or(lt(at, place.at), lt(id, place.id))),
      }
    : { columns: [desc(id)], after: (place: Place) => lt(id, place.id) }
