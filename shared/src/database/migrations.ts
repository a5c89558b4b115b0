import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Columns, columnsOf, type Dialect } from './columns.ts'
import type { Queries } from './queries.ts'

export interface Migration {
  name: string
  hash: string
  statements: string[]
}

interface AppliedMigration {
  name: string
  hash: string
}

export interface MigrationState {
  applied: string[]
  pending: Migration[]
  /** Applied by a newer version of the code. */
  unknown: string[]
  /** Edited after they were applied. */
  changed: string[]
}

/** Reads what drizzle-kit wrote: `FOLDER/{postgres,sqlite}/meta/_journal.json` and the SQL files it names. */
export const readMigrations = async (folder: string, dialect: Dialect): Promise<Migration[]> => {
  const journal = await readFile(path.join(folder, dialect, 'meta', '_journal.json'), 'utf8')
  const { entries } = JSON.parse(journal) as { entries: { tag: string }[] }
  return Promise.all(
    entries.map(async ({ tag: name }) => {
      const file = await readFile(path.join(folder, dialect, `${name}.sql`), 'utf8')
      // A checkout on Windows may have changed the line ends.
      const text = file.replaceAll('\r\n', '\n')
      const statements = text.split('--> statement-breakpoint').filter(hasStatement)
      return { name, hash: createHash('sha256').update(text).digest('hex'), statements }
    }),
  )
}

const hasStatement = (part: string) => part.replaceAll(/^\s*--.*$/gm, '').trim() !== ''

/** The same words for both dialects, which is why the time is text. */
export const createMigrationTable =
  'create table if not exists schema_migrations (name text primary key, hash text not null, applied_at text not null)'

const defineMigrationTable = ({ table, text }: Columns) =>
  table('schema_migrations', {
    name: text('name').primaryKey(),
    hash: text('hash').notNull(),
    appliedAt: text('applied_at').notNull(),
  })

const migrationTables = {
  postgres: defineMigrationTable(columnsOf.postgres),
  sqlite: defineMigrationTable(columnsOf.sqlite),
}

export const readApplied = async (dialect: Dialect, queries: Queries): Promise<AppliedMigration[]> => {
  const { name, hash } = migrationTables[dialect]
  return queries.select({ name, hash }).from(migrationTables[dialect]).orderBy(name)
}

export const markApplied = async (dialect: Dialect, queries: Queries, { name, hash }: Migration) => {
  await queries.insert(migrationTables[dialect]).values({ name, hash, appliedAt: new Date().toISOString() })
}

export const compareMigrations = (known: Migration[], applied: AppliedMigration[]): MigrationState => {
  const hashes = new Map(applied.map(({ name, hash }) => [name, hash]))
  const knownNames = new Set(known.map(({ name }) => name))
  return {
    applied: applied.map(({ name }) => name),
    pending: known.filter(({ name }) => !hashes.has(name)),
    unknown: applied.map(({ name }) => name).filter((name) => !knownNames.has(name)),
    changed: known.filter(({ name, hash }) => (hashes.get(name) ?? hash) !== hash).map(({ name }) => name),
  }
}
