import { setImmediate } from 'node:timers/promises'
import { linkRows } from '../../domain/audit-chain.ts'
import type { AuditChain } from '../../audit-ports.ts'
import type { Lease } from '../../ports.ts'
import type { ChainMetrics } from './chain-metrics.ts'
import { sha256 } from './digest.ts'

interface ChainNeeds {
  auditChain: Pick<AuditChain, 'extend' | 'unchained'>
  lease: Lease
  metrics: ChainMetrics
  batchSize?: number
}

/** Puts into the chain what was committed since: by one process at a time, a batch in each transaction. */
export const createChainAudit = ({ auditChain, lease, metrics, batchSize = 500 }: ChainNeeds) => {
  let stopped = false

  const chainBatch = async () => {
    const chained = await auditChain.extend(batchSize, (head, rows) => linkRows(head, rows, sha256))
    metrics.countChained(chained)
    return chained
  }

  return {
    chainAll: async () => {
      if ((await auditChain.unchained({ atMost: 1 })) === 0) return
      while (!stopped && (await lease.hold())) {
        if ((await chainBatch()) < batchSize) return
        // SQLite answers at once: everybody else has a turn between two batches.
        await setImmediate()
      }
    },
    /** Not before the end of the batch that is under way. */
    stop: () => {
      stopped = true
    },
  }
}
