import { runMigrations } from '@accounts/shared/process/run-migrations'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { authSettings } from './config.ts'

await runMigrations({
  name: 'auth-service',
  folder: migrationsFolder,
  settings: authSettings,
  environment: process.env,
})
