import type { AuditRecord } from '../../audit-ports.ts'
import { members, shortened, table } from '../../domain/printed.ts'
import { presentEntry } from './audit-entry.ts'
import { type AuditFault, mostCounted, type Verification } from './verify-audit.ts'

const columns = ['ID', 'AT', 'ACTION', 'REASON', 'ACCOUNT', 'ACTOR', 'IP', 'POSITION'] as const
export const auditTable = (records: readonly AuditRecord[]) => table(columns, records.map(cellsOf))

const cellsOf = ({ id, at, action, reason, userId, actorId, ip, position }: AuditRecord) =>
  [id, at.toISOString(), action, reason, userId, actorId, ip, position].map((value) =>
    shortened(shown(value)),
  )

export const auditText = (record: AuditRecord) =>
  members(
    Object.fromEntries(Object.entries(presentEntry(record)).map(([name, value]) => [name, shown(value)])),
  )

const shown = (value: string | number | object | null) =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '-')

export const verificationText = ({ rows, head, fault, unchained }: Verification) => {
  const chained = `head ${head.position}:${head.hash}`
  const waiting = unchained === 0 ? '' : `\n${countText(unchained)} rows are not chained yet`
  if (fault === null) return `${rows} rows, intact, ${chained}${waiting}`
  return `${faultText(fault)}\n${rows} rows before it are intact, ${chained}${waiting}`
}

export const countText = (rows: number) => (rows < mostCounted ? String(rows) : `${rows} or more`)

const faultText = (fault: AuditFault) => {
  switch (fault.kind) {
    case 'changed':
      return `the row at position ${fault.position} (id ${fault.id}) was changed`
    case 'surplus':
      return `the row at position ${fault.position} (id ${fault.id}) was put in`
    case 'missing':
      return `the row at position ${fault.position} is missing: position ${fault.next.position} (id ${fault.next.id}) comes next`
    case 'cut off':
      return `the row at position ${fault.position} is missing, and what came after it: the noted head was cut off`
    // rewritten
    default:
      return `the row at position ${fault.position} has another hash than the noted head`
  }
}
