import { type ChainFault, type ChainHead, checkRows, emptyChain } from '../../domain/audit-chain.ts'
import type { AuditChain } from '../../audit-ports.ts'
import type { Clock } from '../../ports.ts'
import { sha256 } from './digest.ts'

interface VerifyNeeds {
  auditChain: Pick<AuditChain, 'page' | 'unchained'>
  clock: Clock
  pageSize?: number
}

/** - `cut off`: the chain ends before the head that was noted. `rewritten`: it has another hash there. */
export type AuditFault = ChainFault | { kind: 'cut off' | 'rewritten'; position: number }

export interface Verification {
  /** Those that are intact, up to the head. */
  rows: number
  head: ChainHead
  fault: AuditFault | null
  /** Counted up to 10,000, as the ones that have waited for longer than they should. */
  unchained: number
  overdue: number
}

export const mostCounted = 10_000
const patienceMilliseconds = 60_000

/** Follows the chain from its beginning; `noted` is a head of former days, which still has to be part of it. */
export const createVerifyAudit = ({ auditChain, clock, pageSize = 500 }: VerifyNeeds) => {
  const follow = async (noted: ChainHead) => {
    let head = emptyChain
    let hashThere = noted.position === 0 ? emptyChain.hash : undefined
    // Also what somebody has put in before the first.
    let after = Number.MIN_SAFE_INTEGER
    for (;;) {
      const page = await auditChain.page({ after, limit: pageSize })
      const checked = checkRows(head, page, sha256)
      head = checked.head
      hashThere ??= page.find(({ position }) => position === noted.position)?.hash ?? undefined
      if (checked.fault !== null) return { head, fault: checked.fault }
      if (page.length === 0) return { head, fault: compare(noted, head, hashThere) }
      after = head.position
    }
  }

  return async (noted: ChainHead = emptyChain): Promise<Verification> => {
    const { head, fault } = await follow(noted)
    const writtenBefore = new Date(clock().getTime() - patienceMilliseconds)
    return {
      ...{ rows: head.position, head, fault },
      unchained: await auditChain.unchained({ atMost: mostCounted }),
      overdue: await auditChain.unchained({ atMost: mostCounted, writtenBefore }),
    }
  }
}

const compare = (noted: ChainHead, head: ChainHead, hashThere: string | undefined): AuditFault | null => {
  if (noted.position > head.position) return { kind: 'cut off', position: head.position + 1 }
  return hashThere === noted.hash ? null : { kind: 'rewritten', position: noted.position }
}

export type VerifyAudit = ReturnType<typeof createVerifyAudit>
