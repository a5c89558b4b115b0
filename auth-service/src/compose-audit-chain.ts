import { randomUUID } from 'node:crypto'
import type { Foundation } from '@accounts/shared/process/compose-service'
import { repeat } from '@accounts/shared/process/repeat'
import { createAuditChain } from './adapters/database/audit-chain.ts'
import { createLease } from './adapters/database/leases.ts'
import type { AuthTables } from './adapters/database/tables.ts'
import { createChainAudit } from './features/audit/chain-audit.ts'
import { createChainMetrics } from './features/audit/chain-metrics.ts'
import type { Clock } from './ports.ts'

const everySeconds = 1
// Half of it is longer than a transaction may take, so that nobody else can take it in the middle of one.
const leaseMilliseconds = 30_000

interface ChainNeeds extends Pick<Foundation<AuthTables>, 'database' | 'metrics' | 'logger'> {
  clock: Clock
}

/** What chains the entries of the audit log that this process, and others on the same database, commit. */
export const startAuditChain = ({ database, metrics, logger, clock }: ChainNeeds) => {
  const auditChain = createAuditChain(database)
  const lease = createLease({
    database,
    clock,
    name: 'audit chain',
    holder: randomUUID(),
    milliseconds: leaseMilliseconds,
  })
  const { chainAll, stop } = createChainAudit({
    auditChain,
    lease,
    metrics: createChainMetrics({ metrics, auditChain }),
  })
  const chaining = repeat({ name: 'audit chain', everySeconds, work: chainAll, logger })
  return {
    close: async () => {
      stop()
      await chaining.stop()
      await lease.release().catch(() => {})
    },
  }
}
