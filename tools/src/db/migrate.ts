import { migrationsFolder as authMigrations } from '@accounts/auth-service/adapters/database/migrations-folder'
import { migrateDatabase } from '@accounts/shared/database/migrate'
import { migrationsFolder as userMigrations } from '@accounts/user-service/adapters/database/migrations-folder'
import { repositoryRoot } from './projects.ts'

/** `pnpm db:migrate`: the databases that the environment names. */
const main = async () => {
  const { AUTH_DATABASE_URL, USER_DATABASE_URL } = process.env
  const databases = [
    { name: 'auth-service', url: AUTH_DATABASE_URL || 'sqlite:./data/auth.db', folder: authMigrations },
    { name: 'user-service', url: USER_DATABASE_URL || 'sqlite:./data/user.db', folder: userMigrations },
  ]
  for (const { name, url, folder } of databases) {
    const { engine, applied } = await migrateDatabase({ url, folder })
    console.log(`${name} (${engine}): ${applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date'}`)
  }
}

process.chdir(repositoryRoot)
try {
  await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
