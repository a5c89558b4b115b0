import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/databases.ts'
import type { Queries } from './queries.ts'
import { createSignal, openSamples, sample, type Samples } from './testing/samples.ts'

/** What a transaction promises, and which misuse is refused, on either dialect. */
export const transactionsContract = (createDatabase: () => Promise<TestDatabase>) => {
  let opened: Samples
  beforeAll(async () => {
    opened = await openSamples(createDatabase)
  })
  afterAll(async () => {
    await opened.drop()
  })
  const find = async (label: string) =>
    opened.database.query.select().from(opened.samples).where(eq(opened.samples.label, label))

  test('a transaction that throws leaves nothing behind and hands the error on', async () => {
    const failure = new Error('changed my mind')
    const attempt = opened.database.transaction(async (transaction) => {
      await transaction.insert(opened.samples).values(sample('undone'))
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await find('undone')).toEqual([])
  })

  test('a transaction whose failed statement was swallowed is not committed', async () => {
    const attempt = opened.database.transaction(async (transaction) => {
      await transaction.insert(opened.samples).values(sample('swallowed'))
      await transaction
        .insert(opened.samples)
        .values(sample('swallowed'))
        .catch(() => 'never mind')
    })
    await expect(attempt).rejects.toThrow(/unique/i)
    expect(await find('swallowed')).toEqual([])
  })

  test('what is not committed is seen inside and not outside', async () => {
    const inserted = createSignal()
    const looked = createSignal()
    const running = opened.database.transaction(async (transaction) => {
      await transaction.insert(opened.samples).values(sample('hidden'))
      inserted.give()
      await looked.given
      return transaction.select().from(opened.samples).where(eq(opened.samples.label, 'hidden'))
    })
    await inserted.given
    expect(await find('hidden')).toEqual([])
    looked.give()
    expect(await running).toHaveLength(1)
    expect(await find('hidden')).toHaveLength(1)
  })

  test('nesting, and going round the open transaction, are refused', async () => {
    const { database, samples } = opened
    const refused = async (misuse: () => Promise<unknown>) => {
      await expect(database.transaction(misuse)).rejects.toThrow('a transaction is open here')
    }
    await refused(async () => database.transaction(async () => 'inner'))
    await refused(async () => database.query.insert(samples).values(sample('around')))
    await refused(async () => database.query.select().from(samples))
    expect(await find('around')).toEqual([])
  })

  test('and are refused as long as it is open, though others have ended meanwhile', async () => {
    const { database, samples } = opened
    const entered = createSignal()
    const othersEnded = createSignal()
    const running = database.transaction(async () => {
      entered.give()
      await othersEnded.given
      return database.query.select().from(samples)
    })
    await entered.given
    // On SQLite they would wait for this one.
    if (database.dialect === 'postgres') await database.transaction(async () => 'short')
    othersEnded.give()
    await expect(running).rejects.toThrow('a transaction is open here')
  })

  test('a handle that is used after its transaction ended throws', async () => {
    const { database, samples } = opened
    let kept: Queries | undefined
    await database.transaction(async (transaction) => {
      kept = transaction
    })
    await expect(async () => kept?.insert(samples).values(sample('late'))).rejects.toThrow('has ended')
    expect(await find('late')).toEqual([])
  })

  test('what a transaction left running may use the database once it has ended', async () => {
    const { database } = opened
    const ended = createSignal()
    let later: Promise<unknown> | undefined
    await database.transaction(async () => {
      later = ended.given.then(async () => database.transaction(async () => 'done'))
    })
    ended.give()
    expect(await later).toBe('done')
  })

  test('two hundred at once all finish, on SQLite in the order of arrival', async () => {
    const { database, samples } = opened
    const order: number[] = []
    const insert = async (_: unknown, index: number) =>
      database.transaction(async (transaction) => {
        order.push(index)
        return transaction
          .insert(samples)
          .values(sample(`crowd ${index}`))
          .returning()
      })
    const rows = (await Promise.all(Array.from({ length: 200 }, insert))).flat()
    expect(rows).toHaveLength(200)
    expect(new Set(order).size).toBe(200)
    if (database.dialect === 'sqlite') expect(order).toEqual(order.toSorted((a, b) => a - b))
  })
}
