import { asc } from '@accounts/shared/database/operators'
import { createAuditChain } from '../../../adapters/database/audit-chain.ts'
import type { AuthDatabase } from '../../../adapters/database/tables.ts'
import { linkRows } from '../../../domain/audit-chain.ts'
import { sha256 } from '../digest.ts'
import { createVerifyAudit } from '../verify-audit.ts'

export const at = new Date('2026-03-04T05:06:07.089Z')

/** Writes entries past everybody, none of them chained; their ids. */
export const addEntries = async (
  { query, tables }: AuthDatabase,
  count: number,
  entry: Partial<AuthDatabase['tables']['auditLog']['$inferInsert']> = {},
) => {
  const added = await query
    .insert(tables.auditLog)
    .values(
      Array.from({ length: count }, (_, index) => ({
        ...{ at, action: 'login' as const, userId: index + 1, ip: '127.0.0.1' },
        ...{ sessionId: `session ${index}`, requestId: `request ${index}` },
        ...(index % 2 === 0 && { reason: 'none', details: { zeal: index, able: 'ü', much: true } }),
        ...entry,
      })),
    )
    .returning({ id: tables.auditLog.id })
  return added.map(({ id }) => id)
}

/** One batch at most; how many. */
export const chainSome = async (database: AuthDatabase, limit = 500) =>
  createAuditChain(database).extend(limit, (head, rows) => linkRows(head, rows, sha256))

export const readEntries = async ({ query, tables: { auditLog } }: AuthDatabase) =>
  query.select().from(auditLog).orderBy(asc(auditLog.id))

export const verifyChain = async (database: AuthDatabase, now = at) =>
  createVerifyAudit({ auditChain: createAuditChain(database), clock: () => now, pageSize: 7 })()
