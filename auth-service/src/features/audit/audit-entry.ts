import type { AuditRecord } from '../../audit-ports.ts'

/** What leaves the service. */
export const presentEntry = (record: AuditRecord) => ({
  id: record.id,
  at: record.at.toISOString(),
  action: record.action,
  reason: record.reason,
  user_id: record.userId,
  actor_id: record.actorId,
  session_id: record.sessionId,
  ip: record.ip,
  request_id: record.requestId,
  details: record.details && { ...record.details },
  position: record.position,
  hash: record.hash,
})
