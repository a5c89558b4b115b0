import { and, asc, count, desc, eq, gt, isNull, lt } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import { createUnavailable } from '@accounts/shared/errors/unavailable'
import { type ChainedRow, type ChainHead, type ChainLink, emptyChain } from '../../domain/audit-chain.ts'
import type { AuditChain, ChainPlace } from '../../audit-ports.ts'
import type { AuthDatabase, Scope } from './tables.ts'

export const createAuditChain = (database: AuthDatabase): AuditChain => {
  const { query, tables } = database
  const { auditLog } = tables
  return {
    extend: async (limit, link) =>
      database.transaction(async (inside) => {
        const scope = { query: inside, tables }
        const rows = await oldestUnchained(scope, limit)
        const links = link(await readHead(scope), rows)
        for (const each of links) {
          const chained = await chain(scope, each)
          if (chained.length === 0) throw createUnavailable('another process has chained the same entry')
        }
        return links.length
      }),
    unchained: async ({ atMost, writtenBefore }) => {
      const some = query
        .select({ id: auditLog.id })
        .from(auditLog)
        .where(and(isNull(auditLog.position), writtenBefore && lt(auditLog.at, writtenBefore)))
        .limit(atMost)
        .as('some')
      const [row] = await query.select({ rows: count() }).from(some)
      return row?.rows ?? 0
    },
    page: async (which) => readWhatCanBe(database, which),
  }
}

/** By position first, though none has any: PostgreSQL might otherwise look for them along all ids, from the first. */
const oldestUnchained = async ({ query, tables: { auditLog } }: Scope, limit: number) =>
  query
    .select()
    .from(auditLog)
    .where(isNull(auditLog.position))
    .orderBy(asc(auditLog.position), asc(auditLog.id))
    .limit(limit)

const readHead = async ({ query, tables: { auditLog } }: Scope): Promise<ChainHead> => {
  const [row] = await query
    .select({ position: auditLog.position, hash: auditLog.hash })
    .from(auditLog)
    .where(gt(auditLog.position, 0))
    .orderBy(desc(auditLog.position))
    .limit(1)
  return row ? { position: row.position ?? 0, hash: row.hash ?? '' } : emptyChain
}

/** Its position is unique: of two processes at the same one only one comes to an end. */
const chain = defineStatement(({ query, tables: { auditLog } }: Scope, given: ChainLink) =>
  query
    .update(auditLog)
    .set({ position: given.position, hash: given.hash })
    .where(and(eq(auditLog.id, given.id), isNull(auditLog.position)))
    .returning({ id: auditLog.id }),
)

const readPage = async (
  { query, tables: { auditLog } }: Scope,
  { after, limit }: ChainPlace,
): Promise<ChainedRow[]> => {
  const rows = await query
    .select()
    .from(auditLog)
    .where(gt(auditLog.position, after))
    .orderBy(asc(auditLog.position))
    .limit(limit)
  return rows.map((row) => ({ ...row, position: row.position ?? 0 }))
}

/** SQLite keeps details as text, which somebody may have made no JSON: half as many, until that entry stands alone. */
const readWhatCanBe = async (scope: Scope, { after, limit }: ChainPlace): Promise<ChainedRow[]> => {
  try {
    return await readPage(scope, { after, limit })
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return limit > 1
      ? readWhatCanBe(scope, { after, limit: Math.floor(limit / 2) })
      : readUnreadable(scope, after)
  }
}

/** Without a hash it fits nowhere. */
const readUnreadable = async ({ query, tables: { auditLog } }: Scope, after: number) => {
  const { id, at, action, position } = auditLog
  const rows = await query
    .select({ id, at, action, position })
    .from(auditLog)
    .where(gt(position, after))
    .orderBy(asc(position))
    .limit(1)
  const nothing = { reason: null, userId: null, actorId: null, sessionId: null, ip: null, requestId: null }
  return rows.map((row) => ({
    ...{ ...row, ...nothing, details: null, hash: null },
    position: row.position ?? 0,
  }))
}
