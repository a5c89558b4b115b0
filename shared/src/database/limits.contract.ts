import { expect, test } from 'vitest'
import type { TestDatabase } from '../testing/databases.ts'
import { openDatabase } from './open.ts'
import { createSignal, openSamples, sample } from './testing/samples.ts'
import { defineTables } from './testing/tables.ts'

const busy = { code: 'unavailable', cause: { message: 'the database is busy: 5 are waiting already' } }
const tooLong = { code: 'unavailable', cause: { message: expect.stringContaining('took longer') } }
const closed = { code: 'unavailable', cause: { message: 'the database is closed' } }

/** Nobody waits without a bound, on either dialect. */
export const limitsContract = (createDatabase: () => Promise<TestDatabase>) => {
  test('who comes when the line is full is turned away at once, the others are served', async () => {
    const { database, drop } = await openSamples(createDatabase, { poolSize: 1, maxWaiting: 5 })
    try {
      const open = createSignal()
      const enter = async () => database.transaction(async () => open.given)
      const served = Array.from({ length: 6 }, enter)
      await expect(enter()).rejects.toMatchObject(busy)
      open.give()
      await Promise.all(served)
      await enter()
    } finally {
      await drop()
    }
  })

  test('a transaction that does not come to an end is rolled back and lets the next one in', async () => {
    const { database, samples, drop } = await openSamples(createDatabase, {
      poolSize: 1,
      transactionTimeoutMilliseconds: 200,
    })
    try {
      const stuck = database.transaction(async (transaction) => {
        await transaction.insert(samples).values(sample('stuck'))
        await new Promise(() => {})
      })
      const next = database.transaction(async (transaction) => transaction.select().from(samples))
      await expect(stuck).rejects.toMatchObject(tooLong)
      expect(await next).toEqual([])
    } finally {
      await drop()
    }
  })

  test('close waits for what runs and for who waits, and lets nobody in any more', async () => {
    const { database, samples, url, drop } = await openSamples(createDatabase, { poolSize: 1 })
    const going = createSignal()
    const insert = async (label: string) =>
      database.transaction(async (transaction) => {
        await going.given
        await transaction.insert(samples).values(sample(label))
      })
    const running = [insert('runs'), insert('waits')]
    const closing = database.close()
    await expect(insert('too late')).rejects.toMatchObject(closed)
    going.give()
    await Promise.all([...running, closing])
    const again = await openDatabase({ url, defineTables })
    expect(await again.query.select({ label: samples.label }).from(samples)).toHaveLength(2)
    await again.close()
    await drop()
  })
}
