import { createHash } from 'node:crypto'
import { eq } from '@accounts/shared/database/operators'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Digest, checkRows, emptyChain, linkRows } from '../../domain/audit-chain.ts'
import type { AuditChain } from '../../audit-ports.ts'
import { createAuditChain } from './audit-chain.ts'
import { now, openStore, type OpenedStore } from './testing/open-store.ts'

const digest: Digest = (text) => createHash('sha256').update(text).digest('hex')

describeDialects('the chain in the database', (createDatabase) => {
  let opened: OpenedStore
  let chain: AuditChain
  beforeEach(async () => {
    opened = await openStore(createDatabase)
    chain = createAuditChain(opened.database)
  })
  afterEach(async () => opened.drop())

  const add = async (count: number, query = opened.query) =>
    query
      .insert(opened.tables.auditLog)
      .values(
        Array.from({ length: count }, (_, index) => ({ at: now, action: 'login' as const, userId: index })),
      )
      .returning({ id: opened.tables.auditLog.id })

  const extend = async (limit: number) => chain.extend(limit, (head, rows) => linkRows(head, rows, digest))

  const readChain = async () => {
    const rows = await chain.page({ after: 0, limit: 1_000 })
    return { rows, ...checkRows(emptyChain, rows, digest) }
  }

  test('the oldest come first, no more at a time than asked for', async () => {
    const ids = (await add(25)).map(({ id }) => id)
    expect([await extend(10), await extend(10), await extend(10), await extend(10)]).toEqual([10, 10, 5, 0])
    const { rows, fault } = await readChain()
    expect(fault).toBeNull()
    expect(rows.map(({ id }) => id)).toEqual(ids)
  })

  test('of many at once some are refused, none does half of it, and no row is chained twice', async () => {
    await add(100)
    const results = await Promise.allSettled(Array.from({ length: 12 }, async () => extend(10)))
    const done = results.filter(({ status }) => status === 'fulfilled').length
    expect(done).toBeGreaterThan(0)
    const { rows, fault, head } = await readChain()
    expect({ fault, rows: rows.length, head: head.position }).toEqual({
      ...{ fault: null, rows: Math.min(done, 10) * 10, head: Math.min(done, 10) * 10 },
    })
  })

  test('a row that is committed late, with a lower id, comes later in the chain', async () => {
    const isSerial = opened.database.dialect === 'sqlite'
    let early: number | undefined
    let goOn = () => {}
    const waiting = new Promise<void>((resolve) => (goOn = resolve))
    const late = opened.database.transaction(async (inside) => {
      const [row] = await add(1, inside)
      early = row?.id
      if (!isSerial) await waiting
    })
    await expect.poll(() => early).toBeDefined()
    const [other] = await add(1)
    expect(await extend(10)).toBe(isSerial ? 2 : 1)
    goOn()
    await late
    expect(await extend(10)).toBe(isSerial ? 0 : 1)
    const { rows, fault } = await readChain()
    expect(fault).toBeNull()
    expect(rows.map(({ id }) => id)).toEqual(isSerial ? [early, other?.id] : [other?.id, early])
  })

  test('what is not chained is counted up to a limit, and by its age', async () => {
    await add(5)
    const { auditLog } = opened.tables
    await opened.query
      .update(auditLog)
      .set({ at: new Date(now.getTime() - 1) })
      .where(eq(auditLog.userId, 3))
    expect([
      await chain.unchained({ atMost: 100 }),
      await chain.unchained({ atMost: 2 }),
      await chain.unchained({ atMost: 100, writtenBefore: now }),
    ]).toEqual([5, 2, 1])
    await extend(10)
    expect(await chain.unchained({ atMost: 100 })).toBe(0)
  })

  test('a row whose details are no JSON any more is read all the same, as one that does not fit', async () => {
    await add(20)
    await extend(20)
    const { auditLog } = opened.tables
    await opened.query.update(auditLog).set({ requestId: '{"no' }).where(eq(auditLog.userId, 12))
    if (opened.database.dialect === 'sqlite')
      await opened.query.update(auditLog).set({ details: auditLog.requestId }).where(eq(auditLog.userId, 12))
    const positions: number[] = []
    for (let after = 0; ; after = positions.at(-1) ?? 0) {
      const page = await chain.page({ after, limit: 20 })
      if (page.length === 0) break
      const { fault } = checkRows(emptyChain, page, digest)
      positions.push(...page.map(({ position }) => position))
      if (after === 0 && page.length > 12) expect(fault).toMatchObject({ kind: 'changed', position: 13 })
    }
    expect(positions).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
    expect(await chain.page({ after: 12, limit: 1 })).toMatchObject([{ position: 13, action: 'login' }])
  })
})
