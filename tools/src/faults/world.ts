import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVhost } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { startTcpProxy, type TcpProxy } from '@accounts/shared/messaging/testing/tcp-proxy'
import { createPostgresDatabase } from '@accounts/shared/testing/databases'
import type { Broker } from './broker.ts'
import { createDriver, type DriveNeeds } from './driver.ts'
import { type Inspector, openInspector } from './inspector.ts'
import { createLedger } from './ledger.ts'
import { createRandom } from './random.ts'
import { createService, type Service } from './service.ts'
import { createFileTap, createRabbitTap, type Tap } from './tap.ts'
import { until } from '../until.ts'
import { judge, leftOver, type Verdict } from './verdict.ts'

/** `embedded`: SQLite and the SQLite bus. */
export type Engines = { kind: 'real'; broker: Broker; postgresUrl: string } | { kind: 'embedded' }

interface WorldNeeds {
  engines: Engines
  seed: number
  /** Processes of auth-service on the one database. */
  authServices?: number
  authSettings?: Record<string, string>
  habits?: DriveNeeds['habits']
  /** Answers of auth-service pass a proxy that can lose them. */
  losesAnswers?: boolean
}

/** How an end of the system talks to what it depends on, so that it can be spoilt; none on the embedded pair. */
interface Proxies {
  authToBroker?: TcpProxy
  userToBroker?: TcpProxy
  userToDatabase?: TcpProxy
  clientToAuth?: TcpProxy
}

const settleMilliseconds = 120_000

/** Both services as processes, their databases and bus, and clients with a ledger. */
export const createWorld = async (needs: WorldNeeds) => {
  const undo: (() => Promise<unknown>)[] = []
  const end = async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return { ...(await build(needs, undo)), end }
  } catch (error) {
    await end()
    throw error
  }
}

export type World = Awaited<ReturnType<typeof createWorld>>

const build = async (needs: WorldNeeds, undo: (() => Promise<unknown>)[]) => {
  const { engines, seed } = needs
  const folder = await mkdtemp(join(tmpdir(), 'faults-'))
  undo.push(async () => rm(folder, { recursive: true, force: true }))
  const proxies: Proxies = {}
  const proxyTo = async (url: string) => {
    const target = new URL(url)
    const proxy = await startTcpProxy(Number(target.port))
    undo.push(async () => proxy.close())
    target.port = String(proxy.port)
    return { proxy, url: target.href }
  }

  const places = await (engines.kind === 'real' ? realPlaces(engines, undo) : embeddedPlaces(folder))
  const { authDatabase, busUrl } = places
  let { userDatabase } = places
  const bus = { auth: busUrl, user: busUrl }
  if (engines.kind === 'real') {
    for (const side of ['auth', 'user'] as const) {
      const { proxy, url } = await proxyTo(busUrl)
      proxies[`${side}ToBroker`] = proxy
      bus[side] = url
    }
    const { proxy, url } = await proxyTo(userDatabase)
    proxies.userToDatabase = proxy
    userDatabase = url
  }
  const secret = randomBytes(16).toString('hex')
  const common = {
    NODE_ENV: 'development',
    LOG_LEVEL: 'info',
    SERVICE_SECRET: secret,
    STOP_DEADLINE_SECONDS: '5',
  }
  const busOf = (side: 'auth' | 'user'): Record<string, string> =>
    engines.kind === 'real' ? { RABBITMQ_URL: bus[side] } : { BUS_FILE: busUrl }
  const authEnvironment: Record<string, string> = {
    ...common,
    ...busOf('auth'),
    DATABASE_URL: authDatabase,
    KEY_RING: join(folder, 'keys.json'),
    // The least that argon2 takes: what is tested here is not how long it takes.
    ARGON2_MEMORY_KIB: '8',
    ARGON2_PASSES: '1',
    ...needs.authSettings,
  }
  const keep = (service: Service) => {
    undo.push(async () => {
      service.thaw()
      await service.kill()
    })
    return service
  }
  const auths: Service[] = []
  for (let index = 0; index < (needs.authServices ?? 1); index += 1)
    auths.push(keep(await createService({ name: 'auth-service', folder, environment: authEnvironment })))
  const [auth] = auths
  if (auth === undefined) throw new Error('a world without auth-service')
  const user = keep(
    await createService({
      name: 'user-service',
      folder,
      environment: {
        ...common,
        ...busOf('user'),
        DATABASE_URL: userDatabase,
        JWKS_URL: `${auth.url}/.well-known/jwks.json`,
        INTROSPECT_URL: `${auth.url}/introspect`,
      },
    }),
  )
  const tap: Tap = engines.kind === 'real' ? createRabbitTap(busUrl) : createFileTap(busUrl)
  const random = createRandom(seed)
  const ledger = createLedger()
  const authUrls = auths.map(({ url }) => url)
  if (needs.losesAnswers) {
    const { proxy, url } = await proxyTo(auth.url)
    proxies.clientToAuth = proxy
    authUrls.splice(0, authUrls.length, url.replace(/\/$/, ''))
  }
  const driver = createDriver({ authUrls, userUrl: user.url, ledger, random, habits: needs.habits ?? {} })
  undo.push(async () => driver.end())

  const inspectors: Partial<Record<'auth' | 'user', Inspector>> = {}
  const inspect = async (side: 'auth' | 'user') => {
    const known = inspectors[side]
    if (known) return known
    const opened = await openInspector(side === 'auth' ? authDatabase : places.userDatabase)
    undo.push(opened.close)
    inspectors[side] = opened
    return opened
  }

  return {
    ...{ engines, folder, auths, auth, user, tap, random, ledger, driver, proxies, inspect, authEnvironment },
    start: async () => {
      for (const service of auths) await service.start()
      await user.start()
      await tap.record()
    },
    /** Until everything that was committed has arrived. */
    settle: async () => {
      const [ofAuth, ofUser] = [await inspect('auth'), await inspect('user')]
      let last = ''
      await until(
        'everything that was committed has arrived',
        async () => {
          const left = await leftOver(ofAuth, ofUser)
          last = JSON.stringify(left)
          return left.waiting + left.pending + left.behind === 0
        },
        settleMilliseconds,
      ).catch((error: Error) => {
        error.message += ` (${last})`
        throw error
      })
    },
    judge: async (): Promise<Verdict & { published: number; distinct: number }> => ({
      ...(await judge(ledger, await inspect('auth'), await inspect('user'))),
      ...(await tap.recorded()),
    }),
  }
}

const embeddedPlaces = async (folder: string) => ({
  authDatabase: `sqlite:${join(folder, 'auth.db')}`,
  userDatabase: `sqlite:${join(folder, 'user.db')}`,
  busUrl: join(folder, 'bus.db'),
})

const realPlaces = async (
  { broker, postgresUrl }: Engines & { kind: 'real' },
  undo: (() => Promise<unknown>)[],
) => {
  const [auth, user] = [await createPostgresDatabase(postgresUrl), await createPostgresDatabase(postgresUrl)]
  undo.push(auth.drop, user.drop)
  const vhost = `faults-${randomBytes(6).toString('hex')}`
  await createVhost(broker.managementUrl, vhost)
  undo.push(async () => broker.removeVhost(vhost))
  return { authDatabase: auth.url, userDatabase: user.url, busUrl: `${broker.url}/${vhost}` }
}
