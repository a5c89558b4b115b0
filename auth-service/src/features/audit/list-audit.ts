import type { AuditFilter, AuditRecord, AuditRecords } from '../../audit-ports.ts'
import { type AuditCursor, writeCursor } from './audit-cursor.ts'

interface ListOptions {
  filter: AuditFilter
  limit: number
  cursor?: AuditCursor | undefined
}

interface AuditPage {
  records: AuditRecord[]
  next: string | null
}

/** Newest first. What is written while somebody turns the pages comes before the first of them. */
export const createListAudit =
  ({ auditRecords }: { auditRecords: Pick<AuditRecords, 'page'> }) =>
  async ({ filter, limit, cursor }: ListOptions): Promise<AuditPage> => {
    const { records, more } = await auditRecords.page({ filter, limit, after: cursor })
    const last = records.at(-1)
    return { records, next: more && last ? writeCursor(last) : null }
  }

export type ListAudit = ReturnType<typeof createListAudit>
