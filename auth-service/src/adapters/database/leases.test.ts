import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLease } from './leases.ts'
import { later, openStore, type OpenedStore, times } from './testing/open-store.ts'

const milliseconds = 1_000

describeDialects('leases', (createDatabase) => {
  let opened: OpenedStore
  let passed = 0
  beforeEach(async () => {
    opened = await openStore(createDatabase)
    passed = 0
  })
  afterEach(async () => opened.drop())

  const clock = () => later(passed)
  const create = (holder: string, name = 'work') =>
    createLease({ database: opened.database, clock, name, holder, milliseconds })
  const readRows = async () => opened.query.select().from(opened.tables.leases)
  const takenBy = async (leases: ReturnType<typeof create>[]) => {
    const taken = await Promise.all(leases.map(async (lease) => lease.hold()))
    return taken.flatMap((isTaken, index) => (isTaken ? [index] : []))
  }

  test('of 20 that take it at once one gets it, the first time and when it has expired', async () => {
    const createMany = (round: string) =>
      Array.from({ length: 20 }, (_, index) => create(`${round} ${index}`))
    for (const round of ['first', 'second', 'third']) {
      const leases = createMany(round)
      const [winner, ...others] = await takenBy(leases)
      expect(others).toEqual([])
      expect(await readRows()).toEqual([
        { name: 'work', holder: `${round} ${winner}`, expiresAt: later(passed + milliseconds) },
      ])
      expect(leases.filter((lease) => lease.isHeld())).toEqual([leases[winner!]])
      passed += milliseconds + 1
    }
  })

  test('it belongs to its holder until its time is over, to the millisecond', async () => {
    const [mine, theirs] = [create('me'), create('them')]
    expect(await mine.hold()).toBe(true)
    passed = milliseconds - 1
    expect([mine.isHeld(), await theirs.hold()]).toEqual([true, false])
    passed = milliseconds
    expect([mine.isHeld(), await theirs.hold()]).toEqual([false, false])
    passed = milliseconds + 1
    expect([mine.isHeld(), await theirs.hold(), theirs.isHeld()]).toEqual([false, true, true])
    expect([await mine.hold(), mine.isHeld()]).toEqual([false, false])
  })

  test('holding it on and on keeps it; it is written when half of its time is over', async () => {
    const mine = create('me')
    const expiries: number[] = []
    for (passed = 0; passed < 3 * milliseconds; passed += milliseconds / 4) {
      expect(await mine.hold()).toBe(true)
      expect(await create('them').hold()).toBe(false)
      expiries.push((await readRows())[0]!.expiresAt.getTime() - later(0).getTime())
    }
    expect(expiries.slice(0, 6)).toEqual([1_000, 1_000, 1_500, 1_500, 2_000, 2_000])
  })

  test('released it is free at once, and nobody can release what is not theirs', async () => {
    const [mine, theirs] = [create('me'), create('them')]
    await mine.hold()
    await theirs.release()
    expect(await theirs.hold()).toBe(false)
    await mine.release()
    expect(mine.isHeld()).toBe(false)
    expect(await theirs.hold()).toBe(true)
    await mine.release()
    expect(await readRows()).toMatchObject([{ holder: 'them' }])
  })

  test('leases of other names have nothing to do with it', async () => {
    expect(await times(5, async (index) => create(`holder ${index}`, `work ${index}`).hold())).toEqual(
      Array.from({ length: 5 }, () => true),
    )
  })
})
