import { defineStatement } from '@accounts/shared/database/statement'
import type { AuditEntry, Origin } from '../../domain/audit.ts'
import type { Clock, Store } from '../../ports.ts'
import { storableIp } from './storable-text.ts'
import type { Scope } from './tables.ts'

interface AuditNeeds extends Scope {
  clock: Clock
  origin: Origin
  /** Told of each entry that was written, which is not yet committed. */
  onWritten: (entry: AuditEntry) => void
}

export const createAudit = ({ query, tables, clock, origin, onWritten }: AuditNeeds): Store['audit'] => ({
  add: async (entry) => {
    const { requestId, ip } = origin
    const from = { requestId, ip: ip === undefined ? undefined : storableIp(ip) }
    await insert({ query, tables }, { ...entry, ...from, at: clock() })
    onWritten(entry)
  },
})

const insert = defineStatement(
  (
    { query, tables: { auditLog } }: Scope,
    given: AuditEntry & Pick<Origin, 'ip' | 'requestId'> & { at: Date },
  ) =>
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
