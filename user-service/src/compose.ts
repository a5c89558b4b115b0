import { createGuard } from '@accounts/shared/http/guard'
import { composeService } from '@accounts/shared/process/compose-service'
import { createBearerAuthentication } from '@accounts/shared/tokens/authenticate'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { defineTables } from './adapters/database/tables.ts'
import type { Config } from './config.ts'

export const composeUserService = async (config: Config) =>
  composeService({
    name: 'user-service',
    title: 'User service',
    description: 'Profiles. Learns of accounts through events only.',
    config,
    migrationsFolder,
    defineTables,
    createParts: ({ logger }) => {
      const { authenticate, close } = createBearerAuthentication({ ...config, logger })
      return { routes: [], guard: createGuard({ authenticate }), close }
    },
  })
