import type { Readiness } from '../http/health.ts'
import { pendingMigrations } from './migrate.ts'
import type { Database } from './open.ts'

/** A database that is newer than the code is no fault here: while a release rolls out, the older version serves on. */
export const createDatabaseCheck =
  (database: Pick<Database<unknown>, 'dialect' | 'query' | 'ping'>, migrationsFolder: string) =>
  async (): Promise<Readiness> => {
    try {
      await database.ping()
    } catch {
      return { ready: false, reason: 'the database does not answer' }
    }
    const { pending } = await pendingMigrations(database, migrationsFolder)
    if (pending.length > 0)
      return { ready: false, reason: `${pending.length} migrations are not applied: run pnpm db:migrate` }
    return { ready: true }
  }
