import { currentRequestId } from '@accounts/shared/logging/request-context'
import { defineStatement } from '@accounts/shared/database/statement'
import type { AuditEntry } from '../../domain/audit.ts'
import type { Clock, Store } from '../../ports.ts'
import { storableIp } from './storable-text.ts'
import type { Scope } from './tables.ts'

interface AuditNeeds extends Scope {
  clock: Clock
  /** Told of each entry that was written, which is not yet committed. */
  onWritten: (entry: AuditEntry) => void
}

export const createAudit = ({ query, tables, clock, onWritten }: AuditNeeds): Store['audit'] => ({
  add: async (entry) => {
    const ip = entry.ip === undefined ? undefined : storableIp(entry.ip)
    await insert({ query, tables }, { ...entry, at: clock(), ip, requestId: currentRequestId() })
    onWritten(entry)
  },
})

const insert = defineStatement(
  ({ query, tables: { auditLog } }: Scope, given: AuditEntry & { at: Date; requestId: string | undefined }) =>
    query.insert(auditLog).values({
      at: given.at,
      action: given.action,
      reason: given.reason,
      userId: given.userId,
      actorId: given.actorId,
      sessionId: given.sessionId,
      ip: given.ip,
      requestId: given.requestId,
      details: given.details,
    }),
)
