import { readSettings } from '@accounts/shared/config/read-settings'
import { pendingMigrations } from '@accounts/shared/database/migrate'
import { openDatabase } from '@accounts/shared/database/open'
import { createLogger, type Logger } from '@accounts/shared/logging/logger'
import { createLookup } from './adapters/database/lookup.ts'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { syncRoles } from './adapters/database/sync-roles.ts'
import { type AuthDatabase, defineTables } from './adapters/database/tables.ts'
import { createTransact } from './adapters/database/transact.ts'
import { authSettings, commandEnvironment } from './config.ts'
import { byCommand } from './features/operator/by-command.ts'
import type { Clock, Lookup, Transact } from './ports.ts'

const clock = () => new Date()

const { LOG_LEVEL, DATABASE_URL } = authSettings

export interface CommandFoundation {
  database: AuthDatabase
  lookup: Lookup
  transact: Transact
  clock: Clock
  logger: Logger
}

/** What a command for operators stands on, for as long as it works. */
export const withDatabase = async <Result>(
  command: string,
  work: (opened: CommandFoundation) => Promise<Result>,
): Promise<Result> => {
  const config = readSettings({ LOG_LEVEL, DATABASE_URL }, commandEnvironment())
  const logger = createLogger({
    service: 'auth-service',
    level: config.LOG_LEVEL,
    destination: process.stderr,
  })
  const database = await openDatabase({ url: config.DATABASE_URL, defineTables, applicationName: command })
  // Before the first change only: the service may never have run, or not since it was exchanged for a newer one.
  let synced: Promise<void> | undefined
  const change = byCommand(command, createTransact({ database, clock, logger }))
  const transact: Transact = async (origin, changing) => {
    await (synced ??= syncRoles({ database, clock }))
    return change(origin, changing)
  }
  try {
    await requireMigrations(database)
    return await work({ database, lookup: createLookup({ database }), transact, clock, logger })
  } finally {
    await database.close()
  }
}

const requireMigrations = async (database: AuthDatabase) => {
  const { pending } = await pendingMigrations(database, migrationsFolder)
  if (pending.length > 0)
    throw new Error(
      `the database lacks ${pending.length} migrations: run "pnpm db:migrate", in a container "node dist/migrate.js"`,
    )
}
