import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { createMetrics } from '@accounts/shared/http/metrics'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createAuditChain } from '../../adapters/database/audit-chain.ts'
import { createLease } from '../../adapters/database/leases.ts'
import { migrationsFolder } from '../../adapters/database/migrations-folder.ts'
import { defineTables } from '../../adapters/database/tables.ts'
import { createChainAudit } from './chain-audit.ts'
import { createChainMetrics } from './chain-metrics.ts'
import { addEntries, at, readEntries, verifyChain } from './testing/audit-trial.ts'

const program = path.join(import.meta.dirname, 'testing', 'chain-process.ts')

describeDialects('chaining the audit log', (createDatabase) => {
  const openDatabase = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let processes: ChildProcess[]
  beforeEach(async () => {
    opened = await openDatabase()
    processes = []
  })
  afterEach(async () => {
    await Promise.all(processes.map(kill))
    await opened.drop()
  })

  const kill = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await new Promise((resolve) => child.once('exit', resolve))
  }

  /** Ready to chain, as a process that the test can kill. */
  const start = async (...lease: string[]) => {
    const child = spawn(process.execPath, [
      '--import',
      'tsx',
      '--conditions=@accounts/source',
      program,
      opened.url,
      ...lease,
    ])
    processes.push(child)
    const lines: string[] = []
    child.stdout.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)))
    await vi.waitUntil(() => lines.includes('ready'), { timeout: 15_000 })
    return { child, rows: () => lines.reduce((sum, line) => sum + (Number(line) || 0), 0), lines }
  }

  const untilChained = async () =>
    vi.waitUntil(async () => (await createAuditChain(opened.database).unchained({ atMost: 1 })) === 0, {
      timeout: 15_000,
      interval: 50,
    })

  const createChaining = (holder: string, batchSize = 500) => {
    const { database } = opened
    const auditChain = createAuditChain(database)
    const metrics = createMetrics({ service: 'test' })
    const lease = createLease({ database, clock: () => at, name: 'audit chain', holder, milliseconds: 1_000 })
    const chaining = createChainAudit({
      ...{ auditChain, lease, batchSize },
      metrics: createChainMetrics({ metrics, auditChain }),
    })
    const measure = async () => {
      const text = await metrics.registry.metrics()
      return ['audit_unchained', 'audit_chained_total'].map((name) =>
        Number(new RegExp(`^${name}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1]),
      )
    }
    return { ...chaining, lease, measure, auditChain }
  }

  test('everything is chained, in the order of ids, batch after batch, and counted', async () => {
    const ids = await addEntries(opened.database, 53)
    const { chainAll, measure } = createChaining('me', 10)
    expect(await measure()).toEqual([53, 0])
    await chainAll()
    expect(await measure()).toEqual([0, 53])
    const entries = await readEntries(opened.database)
    expect(entries.map(({ id, position }) => [id, position])).toEqual(ids.map((id, index) => [id, index + 1]))
    expect(await verifyChain(opened.database)).toMatchObject({ rows: 53, fault: null, unchained: 0 })
    await addEntries(opened.database, 1)
    await chainAll()
    expect(await verifyChain(opened.database)).toMatchObject({ rows: 54, fault: null })
    expect(await measure()).toEqual([0, 54])
  })

  test('with nothing to do it asks once, and writes nothing', async () => {
    const { auditChain, lease } = createChaining('me')
    const unchained = vi.fn<typeof auditChain.unchained>(auditChain.unchained)
    const { chainAll } = createChainAudit({
      auditChain: {
        unchained,
        extend: async () => {
          throw new Error('unreachable')
        },
      },
      lease: {
        ...lease,
        hold: async () => {
          throw new Error('unreachable')
        },
      },
      metrics: { countChained: () => {} },
    })
    await chainAll()
    expect(unchained.mock.calls).toEqual([[{ atMost: 1 }]])
  })

  test('one process at a time: who has not got the lease leaves it to the other', async () => {
    const [mine, theirs] = [createChaining('me'), createChaining('them')]
    await theirs.lease.hold()
    await addEntries(opened.database, 3)
    await mine.chainAll()
    expect(await mine.measure()).toEqual([3, 0])
    await theirs.chainAll()
    expect([await mine.measure(), await theirs.measure()]).toEqual([
      [0, 0],
      [0, 3],
    ])
  })

  test('told to stop, it ends after the batch that is under way', async () => {
    await addEntries(opened.database, 30)
    const { chainAll, stop, measure } = createChaining('me', 10)
    const chaining = chainAll()
    stop()
    await chaining
    const [unchained] = await measure()
    expect(unchained).toBeGreaterThanOrEqual(20)
    expect(await verifyChain(opened.database)).toMatchObject({ fault: null, unchained })
  })

  test('a database that is away is told in numbers: unknown, not none', async () => {
    const { measure } = createChaining('me')
    await opened.database.close()
    expect(await measure()).toEqual([Number.NaN, 0])
  })

  test(
    'two processes that both believe to be the only one make one chain, with every row once',
    { timeout: 40_000 },
    async () => {
      const both = [await start(), await start()]
      for (let round = 0; round < 20; round += 1) await addEntries(opened.database, 50)
      await untilChained()
      const entries = await readEntries(opened.database)
      expect(entries.map(({ position }) => position ?? 0).toSorted((one, other) => one - other)).toEqual(
        Array.from({ length: 1_000 }, (_, index) => index + 1),
      )
      expect(await verifyChain(opened.database)).toMatchObject({ rows: 1_000, fault: null })
      await vi.waitUntil(() => both.reduce((sum, { rows }) => sum + rows(), 0) === 1_000)
    },
  )

  test('killed at any moment: another process goes on where it was', { timeout: 60_000 }, async () => {
    await addEntries(opened.database, 400)
    for (let round = 1; round <= 4; round += 1) {
      const { child, rows } = await start('300')
      await vi.waitUntil(() => rows() > 0, { timeout: 15_000, interval: 1 })
      await kill(child)
      expect(await verifyChain(opened.database)).toMatchObject({ fault: null })
      await addEntries(opened.database, 50)
    }
    await start('300')
    await untilChained()
    expect(await verifyChain(opened.database)).toMatchObject({ rows: 600, fault: null, unchained: 0 })
  })
})
