import { runMigrations } from '@accounts/shared/process/run-migrations'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { userSettings } from './config.ts'

await runMigrations({
  name: 'user-service',
  folder: migrationsFolder,
  settings: userSettings,
  environment: process.env,
})
