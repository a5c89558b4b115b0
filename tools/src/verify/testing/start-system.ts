import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineTables } from '@accounts/auth-service/adapters/database/tables'
import { renderKrakend } from '@accounts/gateway/declaration'
import type { GatewayOptions } from '@accounts/gateway/gateway-options'
import type { GatewayEngine } from '@accounts/gateway/suite/gateway-engine'
import { startGateway } from '@accounts/gateway/suite/gateway-process'
import { openDatabase } from '@accounts/shared/database/open'
import { freePort } from '@accounts/shared/testing/free-port'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { gatewayServices } from '../../generate/files.ts'
import { createKeyCommands } from './key-commands.ts'
import { root, startService } from './start-service.ts'

interface SystemNeeds {
  gateway: GatewayEngine
  createDatabase: () => Promise<TestDatabase>
  /** Where the sources of auth-service are, if not here. */
  sources?: string
  /** Beside where the services are. */
  gatewayEnvironment?: Record<string, string>
  /** Of the declaration; with limits that no test reaches unless it says otherwise. */
  gatewayOptions?: GatewayOptions
}

/** Both services and a gateway, with everything they keep in a folder of their own. */
export const startSystem = async (needs: SystemNeeds) => {
  const undo: (() => Promise<unknown>)[] = []
  const end = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return { ...(await start(needs, undo)), end }
  } catch (error) {
    await end()
    throw error
  }
}

export type System = Awaited<ReturnType<typeof startSystem>>

const start = async (
  { gateway, createDatabase, sources = root, gatewayEnvironment = {}, gatewayOptions }: SystemNeeds,
  undo: (() => Promise<unknown>)[],
) => {
  const kept = <Thing>(thing: Thing, remove: (thing: Thing) => Promise<unknown>) => {
    undo.push(async () => remove(thing))
    return thing
  }
  const folder = kept(await mkdtemp(join(tmpdir(), 'verify-')), async (path) =>
    rm(path, { recursive: true, force: true }),
  )
  const newDatabase = async () => kept(await createDatabase(), async ({ drop }) => drop()).url
  const ring = join(folder, 'keys.json')
  const ofAuth = { DATABASE_URL: await newDatabase(), BUS_FILE: join(folder, 'bus.db'), KEY_RING: ring }
  const auth = kept(
    await startService('auth-service', { ...ofAuth, UV_THREADPOOL_SIZE: '2' }, sources),
    async (service) => service.end(),
  )
  const jwksUrl = `${auth.url}/.well-known/jwks.json`
  const ofUser = {
    DATABASE_URL: await newDatabase(),
    BUS_FILE: ofAuth.BUS_FILE,
    JWKS_URL: jwksUrl,
    INTROSPECT_URL: `${auth.url}/introspect`,
  }
  const user = kept(await startService('user-service', ofUser), async (service) => service.end())
  const entrance = kept(
    await startGateway({
      engine: gateway,
      text: renderKrakend(gatewayServices(), {
        limitFactor: 1_000,
        metricsPort: await freePort(),
        ...gatewayOptions,
      }),
      environment: { AUTH_SERVICE_URL: auth.url, USER_SERVICE_URL: user.url, ...gatewayEnvironment },
    }),
    async (process) => process.remove(),
  )

  return {
    target: { url: entrance.url, authServiceUrl: auth.url },
    userServiceUrl: user.url,
    /** Of auth-service. */
    databaseUrl: ofAuth.DATABASE_URL,
    jwksUrl,
    activeLogins: async () => {
      const database = await openDatabase({ url: ofAuth.DATABASE_URL, defineTables })
      try {
        const accounts = await database.query.select().from(database.tables.authInfo)
        return accounts.filter(({ isActive }) => isActive).map(({ login }) => login)
      } finally {
        await database.close()
      }
    },
    keys: createKeyCommands(ring),
  }
}
