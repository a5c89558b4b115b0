import { StartError } from '../errors/start-error.ts'
import type { Dialect } from './columns.ts'
import type { Run } from './engine.ts'
import {
  compareMigrations,
  createMigrationTable,
  markApplied,
  readApplied,
  readMigrations,
} from './migrations.ts'
import type { MigrationState } from './migrations.ts'
import type { Database } from './open.ts'
import { openEngine } from './open-engine.ts'
import { createQueries } from './queries.ts'

const limitMilliseconds = 600_000
const lockTimeoutMilliseconds = 60_000
/** Any number, the same for everybody who migrates. */
const advisoryLock = 7_203_112

interface MigrateNeeds {
  url: string
  /** Holds a folder for each dialect. */
  folder: string
}

/** Applies what is missing, all or nothing; of several processes that start at once, one does it and the others wait. */
export const migrateDatabase = async ({
  url,
  folder,
}: MigrateNeeds): Promise<{ engine: string; applied: string[] }> => {
  const engine = await openEngine(url, {
    applicationName: 'migrations',
    poolSize: 1,
    statementTimeoutMilliseconds: limitMilliseconds,
    transactionTimeoutMilliseconds: limitMilliseconds,
    lockTimeoutMilliseconds,
    enforceForeignKeys: false,
  })
  const { dialect } = engine
  try {
    const known = await readMigrations(folder, dialect)
    return await engine.transaction(async (run) => {
      // On SQLite the transaction itself is the lock.
      if (dialect === 'postgres') await run(`select pg_advisory_xact_lock(${advisoryLock})`, [])
      await run(createMigrationTable, [])
      const queries = createQueries(dialect, run)
      const { pending, ...state } = compareMigrations(known, await readApplied(dialect, queries))
      refuseStrange(state)
      for (const migration of pending) {
        for (const statement of migration.statements) await run(statement, [])
        await markApplied(dialect, queries, migration)
      }
      if (dialect === 'sqlite') await checkForeignKeys(run)
      return { engine: engine.name, applied: pending.map(({ name }) => name) }
    })
  } finally {
    await engine.close()
  }
}

const refuseStrange = ({ unknown, changed }: Pick<MigrationState, 'unknown' | 'changed'>) => {
  if (unknown.length > 0)
    throw new StartError(
      `the database is newer than this version: it has ${unknown.join(', ')}; start the version that made it, or restore a backup`,
    )
  if (changed.length > 0)
    throw new StartError(
      `${changed.join(', ')} was edited after it was applied; restore the file and write a new migration`,
    )
}

/** Off while tables were rebuilt, so what refers to nothing has to be looked for. */
const checkForeignKeys = async (run: Run) => {
  const [broken] = await run('pragma foreign_key_check', [])
  if (broken) throw new Error(`the migrations would leave rows of ${String(broken[0])} that refer to nothing`)
}

/** For readiness: what the code knows and the database lacks, and the other way round. */
export const pendingMigrations = async (
  { dialect, query }: Pick<Database<unknown>, 'dialect' | 'query'>,
  folder: string,
): Promise<MigrationState> => {
  const known = await readMigrations(folder, dialect)
  try {
    return compareMigrations(known, await readApplied(dialect, query))
  } catch (error) {
    if (isMissingTable(dialect, error)) return compareMigrations(known, [])
    throw error
  }
}

const isMissingTable = (dialect: Dialect, error: unknown) =>
  error instanceof Error &&
  (dialect === 'postgres'
    ? 'code' in error && error.code === '42P01'
    : error.message.includes('no such table'))
