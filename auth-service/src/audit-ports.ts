import type { AuditRow, ChainedRow, ChainHead, ChainLink } from './domain/audit-chain.ts'

/** An entry of the audit log, as people see it: without position and hash until it has been chained. */
export interface AuditRecord extends AuditRow {
  position: number | null
  hash: string | null
}

export interface AuditFilter {
  action?: string | undefined
  userId?: number | undefined
  actorId?: number | undefined
  /** At that time or later. */
  since?: Date | undefined
  /** Before that time. */
  until?: Date | undefined
}

export interface AuditRecords {
  /** Newest first; `after` is the entry that a page before it ended with. */
  page(which: {
    filter: AuditFilter
    limit: number
    after?: Pick<AuditRecord, 'id' | 'at'> | undefined
  }): Promise<{ records: AuditRecord[]; more: boolean }>
  find(id: number): Promise<AuditRecord | null>
}

export interface ChainPlace {
  after: number
  limit: number
}

export interface AuditChain {
  /** Chains the oldest entries that are not yet; how many. Rejected when somebody else does so at the same time. */
  extend(
    limit: number,
    link: (head: ChainHead, rows: readonly AuditRow[]) => readonly ChainLink[],
  ): Promise<number>
  /** How many are not chained; counted no further than `atMost`. */
  unchained(which: { atMost: number; writtenBefore?: Date | undefined }): Promise<number>
  /** By position, ascending; maybe fewer than the limit, none only at the end. */
  page(which: ChainPlace): Promise<ChainedRow[]>
}
