import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { columnsOf, type Dialect } from '@accounts/shared/database/columns'
import { generateDrizzleJson, generateSQLiteDrizzleJson } from 'drizzle-kit/api'
import { type DatabaseProject, importTables } from './projects.ts'

interface JournalEntry {
  idx: number
  tag: string
}

/** The migrations that drizzle-kit wrote, in order; none when it never wrote any. */
export const readJournal = async (
  { migrationsFolder }: DatabaseProject,
  dialect: Dialect,
): Promise<JournalEntry[]> => {
  const journal = (await readJson(path.join(migrationsFolder, dialect, 'meta/_journal.json'))) as {
    entries: JournalEntry[]
  } | null
  return journal?.entries ?? []
}

/** What drizzle-kit sees in the code. */
export const readSchema = async (project: DatabaseProject, dialect: Dialect) => {
  const tables = (await importTables(project))(columnsOf[dialect])
  return dialect === 'postgres' ? generateDrizzleJson(tables) : generateSQLiteDrizzleJson(tables)
}

/** Would drizzle-kit have something to write? */
export const isSchemaAhead = async (project: DatabaseProject, dialect: Dialect): Promise<boolean> => {
  const code = await readSchema(project, dialect)
  const latest = (await readJournal(project, dialect)).at(-1)
  const file = `meta/${String(latest?.idx ?? 0).padStart(4, '0')}_snapshot.json`
  const snapshot = await readJson(path.join(project.migrationsFolder, dialect, file))
  return !isDeepStrictEqual(schemaOf(code), schemaOf(snapshot))
}

/** A snapshot without what tells it from another of the same schema. */
const schemaOf = (snapshot: object | null) => {
  const plain = JSON.parse(JSON.stringify(snapshot ?? {})) as object
  return { ...plain, id: null, prevId: null, _meta: null }
}

const readJson = async (file: string): Promise<object | null> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as object
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
