import { composeService } from '@accounts/shared/process/compose-service'
import { loadSigningKeys } from './adapters/crypto/signing-keys.ts'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { defineTables } from './adapters/database/tables.ts'
import type { Config } from './config.ts'
import { createRoutes } from './http/routes.ts'

export const composeAuthService = async (config: Config) => {
  const keys = await loadSigningKeys(config)
  return composeService({
    name: 'auth-service',
    title: 'Auth service',
    description: 'Accounts, passwords, tokens, sessions and roles.',
    config,
    migrationsFolder,
    defineTables,
    createRoutes: () => createRoutes({ keys }),
  })
}
