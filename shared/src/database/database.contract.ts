import { inspect } from 'node:util'
import { and, count, eq, inArray, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/databases.ts'
import { openSamples, sample, type Samples } from './testing/samples.ts'

/** What a repository may rely on, whichever dialect it runs on. */
export const databaseContract = (createDatabase: () => Promise<TestDatabase>) => {
  let opened: Samples
  beforeAll(async () => {
    opened = await openSamples(createDatabase)
  })
  afterAll(async () => {
    await opened.drop()
  })

  test('every kind of column gives back what was put in', async () => {
    const { database, samples } = opened
    const full = {
      label: "Zoë O'Neil — Анна 🦊\n",
      labelKey: 'round trip',
      note: '',
      amount: -2_147_483_648,
      version: Number.MAX_SAFE_INTEGER,
      isActive: false,
      details: { tags: ['"quoted"', '12', 'null', 'é'], depth: { level: 1.5, note: null } },
      createdAt: new Date('1969-12-31T23:59:59.999Z'),
      endedAt: new Date('2038-01-19T03:14:08.001Z'),
    }
    const [inserted] = await database.query.insert(samples).values(full).returning()
    const [read] = await database.query.select().from(samples).where(eq(samples.labelKey, 'round trip'))
    expect(inserted).toEqual({ id: expect.any(Number), ...full })
    expect(read).toEqual(inserted)
  })

  test('what is left out is null or the default', async () => {
    const { database, samples } = opened
    const [row] = await database.query.insert(samples).values(sample('sparse')).returning()
    expect(row).toMatchObject({ note: null, details: null, endedAt: null, amount: 0 })
  })

  test('instants are compared as instants', async () => {
    const { database, samples } = opened
    const { createdAt } = sample('instant')
    await database.query.insert(samples).values(sample('instant'))
    const at = (instant: Date) => and(eq(samples.labelKey, 'instant'), eq(samples.createdAt, instant))
    const find = async (instant: Date) => database.query.select().from(samples).where(at(instant))
    expect(await find(createdAt)).toHaveLength(1)
    expect(await find(new Date(createdAt.getTime() + 1))).toHaveLength(0)
  })

  test('a conflict is an empty answer, and changes nothing', async () => {
    const { database, samples } = opened
    const insert = async (label: string) =>
      database.query.insert(samples).values(sample(label)).onConflictDoNothing().returning()
    expect(await insert('Taken')).toHaveLength(1)
    expect(await insert('TAKEN')).toEqual([])
    const rows = await database.query.select().from(samples).where(eq(samples.labelKey, 'taken'))
    expect(rows).toMatchObject([{ label: 'Taken' }])
  })

  test('of fifty that insert the same key at once exactly one does', async () => {
    const { database, samples } = opened
    const insert = async () =>
      database.query.insert(samples).values(sample('race')).onConflictDoNothing().returning()
    const answers = await Promise.all(Array.from({ length: 50 }, insert))
    expect(answers.flat()).toHaveLength(1)
  })

  test('of fifty that compare and set at once exactly one wins', async () => {
    const { database, samples } = opened
    await database.query.insert(samples).values(sample('contended'))
    const isFirst = and(eq(samples.labelKey, 'contended'), eq(samples.version, 1))
    const change = async (_: unknown, amount: number) =>
      database.transaction(async (transaction) =>
        transaction.update(samples).set({ version: 2, amount }).where(isFirst).returning(),
      )
    const winners = (await Promise.all(Array.from({ length: 50 }, change))).flat()
    const [row] = await database.query.select().from(samples).where(eq(samples.labelKey, 'contended'))
    expect(winners).toEqual([row])
  })

  test('a reference to nothing is refused', async () => {
    const { database, parts } = opened
    const orphan = async () => database.query.insert(parts).values({ sampleId: 987_654, position: 1 })
    await expect(orphan).rejects.toThrow(/foreign key/i)
  })

  test('the error of a failed statement shows neither its SQL nor its values', async () => {
    const { database, samples } = opened
    const insert = async () => database.query.insert(samples).values(sample('Private-Value'))
    await insert()
    const error: unknown = await insert().catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(Error)
    expect(inspect(error, { depth: null })).not.toMatch(/private-value|insert into/i)
  })

  test('a query prepared once answers with the values of each call', async () => {
    const { database, samples } = opened
    await database.query.insert(samples).values([sample('once'), sample('twice')])
    const byKey = database.query
      .select({ label: samples.label })
      .from(samples)
      .where(eq(samples.labelKey, sql.placeholder('key')))
      .prepare('by_key')
    const find = async (key: string) => byKey.execute({ key })
    expect(await Promise.all([find('once'), find('twice'), find('never')])).toEqual([
      [{ label: 'once' }],
      [{ label: 'twice' }],
      [],
    ])
  })

  test('more different statements than are kept prepared are all answered', async () => {
    const { database, samples } = opened
    await database.query.insert(samples).values(sample('many'))
    const keys = (length: number) =>
      Array.from({ length }, (_, index) => (index === 0 ? 'many' : `none${index}`))
    const ask = async (_: unknown, index: number) =>
      database.query
        .select({ found: count() })
        .from(samples)
        .where(inArray(samples.labelKey, keys(index + 1)))
    const answers = await Promise.all(Array.from({ length: 600 }, ask))
    expect(answers.flat().every(({ found }) => found === 1)).toBe(true)
  })
}
