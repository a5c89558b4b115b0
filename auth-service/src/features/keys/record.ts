import type { AuditAction, AuditEntry } from '../../domain/audit.ts'
import type { SigningKey } from '../../ports.ts'

export type Audit = (entry: AuditEntry) => Promise<void>

/** What was done to a key stays done when it cannot be recorded; the answer says so instead of failing. */
export const record = async (audit: Audit, action: AuditAction, { kid, algorithm }: SigningKey) => {
  try {
    await audit({ action, details: { kid, alg: algorithm } })
    return {}
  } catch (error) {
    return { auditFault: error }
  }
}

export interface Recorded {
  auditFault?: unknown
}
