import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrationsFolder } from './migrations-folder.ts'
import type { OutboxState } from './record-tables.ts'
import { createRepublish } from './republish.ts'
import { defineTables } from './tables.ts'

const at = (minutes: number) => new Date(Date.parse('2026-03-04T05:00:00Z') + minutes * 60_000)

describeDialects('republishing', (createDatabase) => {
  const open = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof open>>
  beforeEach(async () => {
    opened = await open()
  })
  afterEach(async () => opened.drop())

  const add = async (id: string, accountId: number, version: number, state: OutboxState, minutes: number) => {
    const { query, tables } = opened.database
    await query.insert(tables.outbox).values({
      ...{ id, aggregateId: accountId, aggregateVersion: version, type: 'Register', state },
      payload: { event_type: 'Register', auth_id: accountId, display_name: 'John Doe' },
      headers: {
        'x-aggregate-id': String(accountId),
        'x-aggregate-version': version,
        'x-schema-version': 1,
        'x-occurred-at': at(0).toISOString(),
      },
      createdAt: at(0),
      ...(state === 'published' && { publishedAt: at(minutes) }),
      ...(state === 'parked' && { parkedAt: at(minutes), parkedReason: 'no queue is bound' }),
    })
  }

  const waiting = async () => {
    const { outbox } = opened.database.tables
    const rows = await opened.database.query.select().from(outbox).orderBy(outbox.sequence)
    for (const row of rows.filter(({ state }) => state === 'waiting'))
      expect(row).toMatchObject({ publishedAt: null, parkedAt: null, parkedReason: null })
    return rows.filter(({ state }) => state === 'waiting').map(({ id }) => id)
  }

  test.each([
    [{}, ['at', 'after', 'other']],
    [{ accountId: 7 }, ['at', 'after']],
    [{ parked: true }, ['at', 'after', 'other', 'parked']],
    [{ accountId: 8, parked: true }, ['other', 'parked']],
  ])('what was published since then waits again, with %o', async (options, expected) => {
    await add('before', 7, 1, 'published', 9)
    await add('at', 7, 2, 'published', 10)
    await add('after', 7, 3, 'published', 11)
    await add('other', 8, 1, 'published', 11)
    await add('parked before', 8, 2, 'parked', 9)
    await add('parked', 8, 3, 'parked', 10)
    const republish = createRepublish({ database: opened.database, clock: () => at(60), batchSize: 2 })
    expect(await republish({ since: at(10), ...options })).toBe(expected.length)
    expect(await waiting()).toEqual(expected)
    expect(await republish({ since: at(10), ...options })).toBe(0)
  })
})
