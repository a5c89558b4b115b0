import { execFile } from 'node:child_process'
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { TestDatabase } from '../testing/databases.ts'
import { type Dialect, dialects } from './columns.ts'
import { migrateDatabase, pendingMigrations } from './migrate.ts'
import { openDatabase } from './open.ts'
import { createDatabaseCheck } from './readiness.ts'
import { sample, sampleMigrations } from './testing/samples.ts'
import { defineTables } from './testing/tables.ts'

const first = '0000_initial'

/** Applying migrations and telling which are missing, on either dialect. */
export const migrationsContract = (createDatabase: () => Promise<TestDatabase>) => {
  let url: string
  let drop: () => Promise<void>
  let copies: string
  beforeEach(async () => {
    ;({ url, drop } = await createDatabase())
    copies = await mkdtemp(path.join(tmpdir(), 'accounts-migrations-'))
  })
  afterEach(async () => {
    await drop()
    await rm(copies, { recursive: true })
  })

  /** The fixture's migrations and one more. */
  const createLongerFolder = async (statement: string) => {
    await cp(sampleMigrations, copies, { recursive: true })
    for (const dialect of dialects) await addMigration(copies, dialect, statement)
    return copies
  }
  const readState = async (folder: string) => {
    const database = await openDatabase({ url, defineTables })
    try {
      const state = await pendingMigrations(database, folder)
      const readiness = await createDatabaseCheck(database, folder)()
      return { ...state, pending: state.pending.map(({ name }) => name), readiness }
    } finally {
      await database.close()
    }
  }

  test('what is missing is counted, then applied, and the second time there is nothing to do', async () => {
    expect(await readState(sampleMigrations)).toMatchObject({
      pending: [first],
      readiness: { ready: false, reason: '1 migrations are not applied: run pnpm db:migrate' },
    })
    expect(await migrateDatabase({ url, folder: sampleMigrations })).toMatchObject({ applied: [first] })
    expect(await migrateDatabase({ url, folder: sampleMigrations })).toMatchObject({ applied: [] })
    expect(await readState(sampleMigrations)).toMatchObject({ pending: [], readiness: { ready: true } })
  })

  test('only what was added since is applied, and rows stay', async () => {
    await migrateDatabase({ url, folder: sampleMigrations })
    const database = await openDatabase({ url, defineTables })
    await database.query.insert(database.tables.samples).values(sample('stays'))
    const folder = await createLongerFolder('alter table samples add column extra text')
    expect(await migrateDatabase({ url, folder })).toMatchObject({ applied: ['0001_more'] })
    expect(await database.query.select().from(database.tables.samples)).toHaveLength(1)
    await database.close()
  })

  test('a migration that fails half-way leaves nothing behind', async () => {
    const broken = 'create table half (id integer);\n--> statement-breakpoint\ninsert into nowhere values (1)'
    const folder = await createLongerFolder(broken)
    await expect(migrateDatabase({ url, folder })).rejects.toThrow(/nowhere/)
    expect(await readState(folder)).toMatchObject({ applied: [], pending: [first, '0001_more'] })
    const repaired = await createLongerFolder('create table half (id integer)')
    expect(await migrateDatabase({ url, folder: repaired })).toMatchObject({ applied: [first, '0001_more'] })
  })

  test('of four processes that start at once one migrates and all go on', async () => {
    const program = path.join(import.meta.dirname, 'testing/migrate-process.ts')
    const start = async () =>
      promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--conditions=@accounts/source', program, url, sampleMigrations],
        { timeout: 15_000 },
      )
    const answers = await Promise.all(Array.from({ length: 4 }, start))
    expect(answers.map(({ stdout }) => stdout).toSorted()).toEqual(['', '', '', first])
  })

  test('a database that is newer than the code is told, refused, and served', async () => {
    const newer = await createLongerFolder('create table more (id integer)')
    await migrateDatabase({ url, folder: newer })
    expect(await readState(sampleMigrations)).toMatchObject({
      unknown: ['0001_more'],
      pending: [],
      readiness: { ready: true },
    })
    await expect(migrateDatabase({ url, folder: sampleMigrations })).rejects.toThrow(
      'the database is newer than this version: it has 0001_more',
    )
  })

  test('a migration that was edited after it was applied is refused', async () => {
    const folder = await createLongerFolder('create table more (id integer)')
    await migrateDatabase({ url, folder })
    for (const dialect of dialects)
      await appendFile(path.join(folder, dialect, `${first}.sql`), '\n-- edited')
    await expect(migrateDatabase({ url, folder })).rejects.toThrow(`${first} was edited after it was applied`)
  })
}

const addMigration = async (folder: string, dialect: Dialect, statement: string) => {
  const file = path.join(folder, dialect, 'meta/_journal.json')
  const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: object[] }
  journal.entries.push({ idx: 1, tag: '0001_more' })
  await writeFile(file, JSON.stringify(journal))
  await writeFile(path.join(folder, dialect, '0001_more.sql'), statement)
}
