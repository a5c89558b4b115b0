import { createGuard } from '@accounts/shared/http/guard'
import { composeService, type Foundation, type ServiceParts } from '@accounts/shared/process/compose-service'
import { createBearerAuthentication } from '@accounts/shared/tokens/authenticate'
import { createIntrospection } from '@accounts/shared/tokens/introspection'
import { createListAccounts } from './adapters/database/list-accounts.ts'
import { createLookup } from './adapters/database/lookup.ts'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { createProfiles } from './adapters/database/profiles.ts'
import { defineTables, type UserTables } from './adapters/database/tables.ts'
import { createAccountEvents } from './compose-events.ts'
import type { Config } from './config.ts'
import type { Caller } from './domain/caller.ts'
import { createEditBio } from './features/edit-bio/edit-bio.ts'
import { createRoutes } from './http/routes.ts'
import { createStanding } from './http/standing.ts'
import type { Clock, EventLink } from './ports.ts'

export const composeUserService = async (config: Config) =>
  composeService({
    name: 'user-service',
    title: 'User service',
    description: 'Profiles. Learns of accounts through events only.',
    config,
    migrationsFolder,
    defineTables,
    createParts: (foundation) => {
      const clock = () => new Date()
      const events = createAccountEvents({ ...foundation, clock })
      const parts = createUserParts({ ...foundation, config, clock, link: events.consumer })
      return {
        ...parts,
        checks: { ...parts.checks, events: events.readiness },
        close: async () => {
          await parts.close?.()
          await events.close()
        },
      }
    },
  })

interface UserNeeds extends Pick<Foundation<UserTables>, 'database' | 'logger'> {
  config: Config
  clock: Clock
  link: EventLink
}

/** Everything of user-service that stands on a database and answers requests. */
export const createUserParts = (needs: UserNeeds): ServiceParts<Caller> => {
  const { config, database, logger, clock, link } = needs
  const introspection = createIntrospection({
    url: config.introspectUrl,
    name: 'user-service',
    secret: config.serviceSecret,
    clock,
    logger,
  })
  const profiles = createProfiles({ database, clock })
  const standing = createStanding({
    ...config,
    lookup: createLookup({ database }),
    profiles,
    link,
    introspection,
    clock,
  })
  const { authenticate, readiness, close } = createBearerAuthentication({
    ...config,
    standing,
    clock,
    logger,
  })
  return {
    routes: createRoutes({
      editBio: createEditBio({ profiles }),
      listAccounts: createListAccounts({ database }),
    }),
    guard: createGuard<Caller>({ authenticate, serviceSecret: config.serviceSecret }),
    checks: { keys: readiness },
    close,
  }
}
