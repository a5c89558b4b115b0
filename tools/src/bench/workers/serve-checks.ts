// The same route of auth-service twice, on one database and in one process: with everything that is checked with each
// request, and with the token only.
import { createAuthParts } from '@accounts/auth-service/compose'
import { readConfig } from '@accounts/auth-service/config'
import { loadSigningKeys } from '@accounts/auth-service/adapters/crypto/signing-keys'
import { createVerifiers } from '@accounts/auth-service/adapters/crypto/verifiers'
import { accountColumns } from '@accounts/auth-service/adapters/database/account-columns'
import { type AuthDatabase, defineTables, type Scope } from '@accounts/auth-service/adapters/database/tables'
import type { Caller } from '@accounts/auth-service/domain/caller'
import { createMeHandler, meRoute } from '@accounts/auth-service/features/me/route'
import { allows } from '@accounts/shared/access/permissions'
import { openDatabase } from '@accounts/shared/database/open'
import { eq } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import { ServiceError } from '@accounts/shared/errors/service-error'
import { type Guard, requireRole } from '@accounts/shared/http/access'
import { createGuard } from '@accounts/shared/http/guard'
import { createMetrics } from '@accounts/shared/http/metrics'
import { bindRoute, type BoundRoute } from '@accounts/shared/http/route'
import { serve } from '@accounts/shared/http/serve'
import { createLogger } from '@accounts/shared/logging/logger'
import { openBus } from '@accounts/shared/messaging/open-bus'
import { createAuthenticator } from '@accounts/shared/tokens/authenticate'
import { answerParent } from './answer-parent.ts'

export interface ServingChecks {
  /** Of an auth-service that has made the database and the keys. */
  settings: Record<string, string>
}

export interface ServedChecks {
  checkedPort: number
  barePort: number
}

const clock = () => new Date()
const logger = createLogger({ service: 'auth-service', level: 'info' })

answerParent(async ({ settings }: ServingChecks): Promise<ServedChecks> => {
  const config = readConfig(settings)
  const database = await openDatabase({ url: config.databaseUrl, defineTables, applicationName: 'bench' })
  const bus = await openBus({ rabbitmqUrl: undefined, busFile: config.busFile, appId: 'bench', logger })
  const metrics = createMetrics({ service: 'auth-service' })
  const { guard } = await createAuthParts({ config, database, bus, logger, metrics, clock })
  const listen = async (route: BoundRoute<Caller>, routeGuard: Guard<Caller>) => {
    const { url } = await serve({
      ...{ title: 'Checks', description: '', config: { ...config, port: 0 }, logger, checks: {} },
      ...{ metrics: createMetrics({ service: 'auth-service' }), routes: [route], guard: routeGuard },
    })
    return Number(new URL(url).port)
  }
  return {
    checkedPort: await listen(checkedRoute, guard),
    barePort: await listen(bareRoute, await createBareGuard(database, config)),
  }
})

const answerMe = createMeHandler()

/** A route names a role or a permission: so that it is both, the other one is looked for here, as a guard does it. */
const checkedRoute: BoundRoute<Caller> = {
  ...bindRoute(meRoute)<Caller>((input) => {
    if (!allows(input.caller.permissions, 'users:read')) throw new ServiceError('not_allowed')
    return answerMe(input)
  }),
  declaration: { ...meRoute, access: requireRole('admin') },
}

const bareRoute = bindRoute(meRoute)<Caller>(answerMe)

/** The token, and the row of the account that is answered with, in as many steps as auth-service takes. */
const createBareGuard = async (
  database: AuthDatabase,
  config: ReturnType<typeof readConfig>,
): Promise<Guard<Caller>> => {
  const keys = await loadSigningKeys({
    ...{ algorithm: config.jwtAlgorithm, keyRingFile: config.keyRingFile, mayCreate: false, clock },
    ...{ privateKeyPem: undefined, secret: undefined },
  })
  return createGuard<Caller>({
    authenticate: createAuthenticator({
      verify: createVerifiers({ keys, clock, ...config }).verifyAccess,
      standing: async (principal) => {
        const account = await readAccount(database, principal.userId)
        return account && Object.assign(principal, { account })
      },
    }),
  })
}

const readAccount = async (database: AuthDatabase, id: number) => {
  const [account] = await accountById(database, { id })
  return account ?? null
}

const accountById = defineStatement(({ query, tables }: Scope, given: { id: number }) =>
  query.select(accountColumns(tables)).from(tables.authInfo).where(eq(tables.authInfo.id, given.id)),
)
