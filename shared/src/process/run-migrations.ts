import { ConfigError, type Environment, readSettings } from '../config/read-settings.ts'
import type { Setting } from '../config/setting.ts'
import { migrateDatabase } from '../database/migrate.ts'
import { StartError } from '../errors/start-error.ts'

interface MigrationJob {
  name: string
  folder: string
  settings: { DATABASE_URL: Setting<string> & { default: string } }
  environment: Environment
}

/** The one-shot job that brings a database up to date before its service starts. It needs no other setting. */
export const runMigrations = async ({ name, folder, settings, environment }: MigrationJob) => {
  try {
    const { DATABASE_URL: url } = readSettings({ DATABASE_URL: settings.DATABASE_URL }, environment)
    const { engine, applied } = await migrateDatabase({ url, folder })
    process.stdout.write(`${name}: ${engine} is up to date, ${applied.length} migrations applied\n`)
  } catch (error) {
    const expected = error instanceof ConfigError || error instanceof StartError
    process.stderr.write(`${name} cannot be migrated: ${expected ? error.message : (error as Error).stack}\n`)
    process.exitCode = 1
  }
}
