import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describeOn } from '@accounts/shared/testing/engines'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkDrift } from './drift.ts'
import { type DatabaseProject, databaseProjects } from './projects.ts'

let root: string
let project: DatabaseProject

/** A copy of one project, to be spoilt. */
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'accounts-drift-'))
  const original = databaseProjects().find(({ name }) => name === 'contract suite')
  if (!original) throw new Error('the fixture has gone')
  project = {
    name: 'copy',
    schemaFolder: path.join(root, 'schema'),
    migrationsFolder: path.join(root, 'migrations'),
  }
  await cp(path.join(original.schemaFolder, 'tables.ts'), path.join(project.schemaFolder, 'tables.ts'))
  await cp(original.migrationsFolder, project.migrationsFolder, { recursive: true })
})
afterEach(async () => {
  await rm(root, { recursive: true })
})

const check = async (postgresUrl?: string) => checkDrift({ projects: [project], postgresUrl })

const replaceIn = async (file: string, text: string, replacement: string) => {
  const before = await readFile(file, 'utf8')
  const after = before.replace(text, replacement)
  expect(after).not.toBe(before)
  await writeFile(file, after)
}
const sqlFile = (dialect: string) => path.join(project.migrationsFolder, dialect, '0000_initial.sql')

describe('database drift', () => {
  test('the repository has none', async () => {
    expect(await checkDrift({})).toEqual([])
  })

  test('a faithful copy has none', async () => {
    expect(await check()).toEqual([])
  })

  test('a column that changed without a migration is found in both dialects', async () => {
    await replaceIn(path.join(project.schemaFolder, 'tables.ts'), `text('note')`, `text('note').notNull()`)
    expect(await check()).toEqual([
      'copy: the postgres migrations lag behind the tables: run pnpm db:generate',
      'copy: the sqlite migrations lag behind the tables: run pnpm db:generate',
    ])
  })

  test('a dialect without migrations is found', async () => {
    await rm(path.join(project.migrationsFolder, 'sqlite'), { recursive: true })
    expect(await check()).toContain('copy: there are no sqlite migrations: run pnpm db:generate')
  })

  test('a migration that only one dialect has is found', async () => {
    const journal = path.join(project.migrationsFolder, 'postgres/meta/_journal.json')
    await replaceIn(journal, '0000_initial', '0000_other')
    expect(await check()).toEqual([
      'copy: the dialects have different migrations: postgres 0000_other; sqlite 0000_initial',
    ])
  })

  test.each([
    ['`label` text NOT NULL', '`label` text', 'samples.label text'],
    ['`amount` integer DEFAULT 0', '`amount` integer', 'samples.amount integer not null'],
    [
      'CREATE UNIQUE INDEX `samples_label',
      'CREATE INDEX `samples_label',
      'samples index samples_label_key_unique',
    ],
    ['ON DELETE no action', 'ON DELETE cascade', 'references samples on delete cascade'],
  ])('a SQLite migration edited by hand is found: %s', async (text, replacement, told) => {
    await replaceIn(sqlFile('sqlite'), text, replacement)
    const problems = await check()
    expect(problems).toHaveLength(2)
    expect(problems[1]).toContain('copy: only in a migrated sqlite database: ')
    expect(problems[1]).toContain(told)
  })

  test('a migration that does not run is found', async () => {
    await appendFile(sqlFile('sqlite'), '--> statement-breakpoint\nnonsense')
    expect((await check()).join()).toContain('the migrations fail: near "nonsense"')
  })
})

describeOn('postgres', 'database drift', ({ TEST_POSTGRES_URL }) => {
  test('the repository has none', async () => {
    expect(await checkDrift({ postgresUrl: TEST_POSTGRES_URL })).toEqual([])
  })

  test.each([
    ['"label" text NOT NULL', '"label" text', 'samples.label text'],
    ['"version" bigint', '"version" integer', 'samples.version integer not null'],
    [
      'CREATE UNIQUE INDEX "samples_label',
      'CREATE INDEX "samples_label',
      'samples index samples_label_key_unique',
    ],
    ['ON DELETE no action', 'ON DELETE cascade', 'references samples on delete cascade'],
  ])('a PostgreSQL migration edited by hand is found: %s', async (text, replacement, told) => {
    await replaceIn(sqlFile('postgres'), text, replacement)
    const problems = await check(TEST_POSTGRES_URL)
    expect(problems).toHaveLength(2)
    expect(problems[1]).toContain('copy: only in a migrated postgres database: ')
    expect(problems[1]).toContain(told)
  })
})
