import type { Metrics } from '@accounts/shared/http/metrics'
import { Counter, Gauge } from 'prom-client'
import type { AuditChain } from '../../audit-ports.ts'

interface ChainMetricsNeeds {
  metrics: Metrics
  auditChain: Pick<AuditChain, 'unchained'>
}

const mostCounted = 10_000

export const createChainMetrics = ({ metrics, auditChain }: ChainMetricsNeeds) => {
  const unchained = new Gauge({
    name: 'audit_unchained',
    help: 'Entries of the audit log that are not in its chain yet, counted up to 10,000.',
    registers: [],
    async collect() {
      // A scrape is answered without the database too: what can't be known is not 0.
      this.set(await auditChain.unchained({ atMost: mostCounted }).catch(() => Number.NaN))
    },
  })
  const chained = new Counter({
    name: 'audit_chained_total',
    help: 'Entries of the audit log that this process has put into its chain.',
    registers: [],
  })
  for (const metric of [unchained, chained]) metrics.registry.registerMetric(metric)
  return { countChained: (entries: number) => chained.inc(entries) }
}

export type ChainMetrics = ReturnType<typeof createChainMetrics>
