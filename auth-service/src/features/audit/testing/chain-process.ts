import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { openDatabase } from '@accounts/shared/database/open'
import { createAuditChain } from '../../../adapters/database/audit-chain.ts'
import { createLease } from '../../../adapters/database/leases.ts'
import { defineTables } from '../../../adapters/database/tables.ts'
import type { Lease } from '../../../ports.ts'
import { createChainAudit } from '../chain-audit.ts'

// A process of its own for tests: URL LEASE chains until it is killed. Without milliseconds for a lease it never asks
// whether somebody else is at it. Says how many rows each batch had, or that it was overtaken.
const [url = '', leaseMilliseconds] = process.argv.slice(2)

const database = await openDatabase({ url, defineTables })
const ignorant: Lease = { hold: async () => true, isHeld: () => true, release: async () => {} }
const lease =
  leaseMilliseconds === undefined
    ? ignorant
    : createLease({
        ...{ database, clock: () => new Date(), name: 'audit chain', holder: randomUUID() },
        milliseconds: Number(leaseMilliseconds),
      })
const { chainAll } = createChainAudit({
  auditChain: createAuditChain(database),
  lease,
  metrics: { countChained: (entries) => process.stdout.write(`${entries}\n`) },
  batchSize: 20,
})
process.stdout.write('ready\n')
for (;;) {
  await chainAll().catch(() => process.stdout.write('overtaken\n'))
  await delay(5)
}
