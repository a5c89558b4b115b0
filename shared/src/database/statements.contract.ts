import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/databases.ts'
import { and, eq, oneMoreThan } from './operators.ts'
import type { Queries } from './queries.ts'
import { defineStatement } from './statement.ts'
import { openSamples, sample, type Samples } from './testing/samples.ts'

interface Scope {
  query: Queries
  tables: Samples['database']['tables']
}

const full = (label: string) => ({
  label,
  labelKey: label.toLowerCase(),
  note: '',
  amount: -7,
  version: Number.MAX_SAFE_INTEGER,
  isActive: false,
  details: { tags: ['"quoted"', 'é'], depth: { level: 1.5, note: null } },
  createdAt: new Date('1969-12-31T23:59:59.999Z'),
  endedAt: new Date('2038-01-19T03:14:08.001Z'),
})

type Row = Omit<ReturnType<typeof full>, 'note' | 'details' | 'endedAt'> & {
  note: string | null
  details: ReturnType<typeof full>['details'] | null
  endedAt: Date | null
}

/** A statement whose text is built once does what it would do if it were built each time. */
export const statementsContract = (createDatabase: () => Promise<TestDatabase>) => {
  let opened: Samples
  let built = 0
  const insert = defineStatement(({ query, tables: { samples } }: Scope, given: Row) => {
    built += 1
    return query
      .insert(samples)
      .values({
        label: given.label,
        labelKey: given.labelKey,
        note: given.note,
        amount: given.amount,
        version: given.version,
        isActive: given.isActive,
        details: given.details,
        createdAt: given.createdAt,
        endedAt: given.endedAt,
      })
      .onConflictDoNothing()
      .returning()
  })
  const read = defineStatement(({ query, tables: { samples } }: Scope, given: { key: string }) =>
    query.select().from(samples).where(eq(samples.labelKey, given.key)),
  )

  beforeAll(async () => {
    opened = await openSamples(createDatabase)
  })
  afterAll(async () => {
    await opened.drop()
  })
  const scope = () => ({ query: opened.database.query, tables: opened.database.tables })

  test('every kind of column takes and gives back what it was given, and null', async () => {
    const sparse = { ...full('sparse'), note: null, details: null, endedAt: null }
    for (const row of [full('whole'), sparse]) {
      const inserted = await insert(scope(), row)
      expect(inserted).toEqual([{ id: expect.any(Number), ...row }])
      expect(await read(scope(), { key: row.labelKey })).toEqual(inserted)
    }
    expect(await insert(scope(), full('whole'))).toEqual([])
    expect(built).toBe(1)
  })

  test('many at once are each answered with their own', async () => {
    const labels = Array.from({ length: 50 }, (_, index) => `one of many ${index}`)
    await Promise.all(labels.map(async (label) => insert(scope(), full(label))))
    const found = await Promise.all(labels.map(async (key) => read(scope(), { key })))
    expect(found.map(([row]) => row?.label)).toEqual(labels)
  })

  test('runs in the transaction whose handle it is given, and is undone with it', async () => {
    const { database } = opened
    const { tables } = database
    const undone = database.transaction(async (query) => {
      await insert({ query, tables }, full('undone'))
      expect(await read({ query, tables }, { key: 'undone' })).toHaveLength(1)
      throw new Error('on purpose')
    })
    await expect(undone).rejects.toThrow('on purpose')
    expect(await read(scope(), { key: 'undone' })).toEqual([])
  })

  test('changes what it is told to, and says what it has changed', async () => {
    const change = defineStatement(
      ({ query, tables: { samples } }: Scope, given: { key: string; endedAt: Date }) =>
        query
          .update(samples)
          .set({ version: oneMoreThan(samples.version), endedAt: given.endedAt })
          .where(and(eq(samples.labelKey, given.key), eq(samples.isActive, true)))
          .returning({ version: samples.version, endedAt: samples.endedAt }),
    )
    await opened.database.query.insert(opened.samples).values(sample('changed'))
    const endedAt = new Date('2026-03-04T05:06:07.089Z')
    expect(await change(scope(), { key: 'changed', endedAt })).toEqual([{ version: 2, endedAt }])
    expect(await change(scope(), { key: 'nobody', endedAt })).toEqual([])
  })

  test('of a joined table without a row there is null, not an object of nulls', async () => {
    const joined = defineStatement(({ query, tables: { samples, parts } }: Scope, given: { key: string }) =>
      query
        .select({ label: samples.label, part: { id: parts.id, position: parts.position } })
        .from(samples)
        .leftJoin(parts, eq(parts.sampleId, samples.id))
        .where(eq(samples.labelKey, given.key)),
    )
    const [row] = await insert(scope(), full('joined'))
    expect(await joined(scope(), { key: 'joined' })).toEqual([{ label: 'joined', part: null }])
    await opened.database.query.insert(opened.parts).values({ sampleId: row?.id ?? 0, position: 3 })
    expect(await joined(scope(), { key: 'joined' })).toEqual([
      { label: 'joined', part: { id: expect.any(Number), position: 3 } },
    ])
  })
}
