import { currentRequestId } from '@accounts/shared/logging/request-context'
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
    await query.insert(tables.auditLog).values({
      at: clock(),
      action: entry.action,
      reason: entry.reason,
      userId: entry.userId,
      actorId: entry.actorId,
      sessionId: entry.sessionId,
      ip: entry.ip === undefined ? undefined : storableIp(entry.ip),
      requestId: currentRequestId(),
      details: entry.details,
    })
    onWritten(entry)
  },
})
