import { defineTables } from '@accounts/auth-service/adapters/database/tables'
import { embeddedEngine, type GatewayEngine, krakendEngine } from '@accounts/gateway/suite/gateway-engine'
import { allows } from '@accounts/shared/access/permissions'
import { openDatabase } from '@accounts/shared/database/open'
import type { Access } from '@accounts/shared/http/access'
import type { RouteDeclaration } from '@accounts/shared/http/route'
import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gatewayServices } from '../generate/files.ts'
import { until } from '../until.ts'
import { startSystem, type System } from '../verify/testing/start-system.ts'
import { createWorld, type World } from '../verify/world/world.ts'

const clerkPermissions = ['audit:read', 'roles:read', 'users:read']

const callers = ['nobody', 'user', 'clerk', 'admin', 'deactivated', 'ended', 'outdated'] as const

type Caller = (typeof callers)[number]

const living: readonly Caller[] = ['user', 'clerk', 'admin']

/** By the words of the declaration alone: 0 is whatever who was let in is answered. */
const expectedOf = (access: Access, caller: Caller): 0 | 401 | 403 => {
  if (access === 'anyone') return 0
  if (access === 'service' || !living.includes(caller)) return 401
  if (typeof access !== 'object' || caller === 'admin') return 0
  const held = caller === 'clerk' ? clerkPermissions : []
  return 'permission' in access && allows(held, access.permission) ? 0 : 403
}

/** The gateway does not know that a token is dead, but that its holder never had the role. */
const expectedAtGateway = (access: Access, caller: Caller) => {
  const isForRoles = typeof access === 'object' && 'roles' in access
  return isForRoles && caller !== 'nobody' && !living.includes(caller) ? 403 : expectedOf(access, caller)
}

const [authService, userService] = gatewayServices()
const nowhere = '999999'

/** Every way to every route, with parameters that lead nowhere and a body that nothing can be done with. */
const waysTo = ({ path, gateway }: RouteDeclaration, direct: string, entrance: string) => {
  const urls = [`${direct}${path}`]
  if (gateway !== 'not exposed') urls.push(...gateway.paths.map((exposed) => `${entrance}${exposed}`))
  return urls.map((url) => url.replaceAll(/\{\w+\}/g, nowhere))
}

// It would be done to whoever asks, so each asks in the name of somebody who is there for nothing else.
const endsTheCaller = ({ id }: RouteDeclaration) => id === 'deactivateOwnAccount'

const endsAllOthers = ({ id }: RouteDeclaration) => id === 'endSessionsOfEveryone'

const describeTable = (engine: GatewayEngine) => {
  let system: System
  let world: World
  let database: Awaited<ReturnType<typeof openAccounts>>
  const openAccounts = async (url: string) => openDatabase({ url, defineTables })
  const tokens = new Map<Caller, string>()

  const give = async (userId: number, role: string) => {
    const { query, tables } = database
    await query.insert(tables.userRoles).values({ userId, role, grantedAt: new Date() })
  }
  const signInWith = async (role?: string) => {
    const person = await world.people.register()
    if (role === undefined) return person.token_pair.access_token.token
    await give(person.user.id, role)
    return (await world.people.login(person)).token_pair.access_token.token
  }
  const make: Record<Exclude<Caller, 'nobody'>, () => Promise<string>> = {
    user: async () => signInWith(),
    clerk: async () => signInWith('clerk'),
    admin: async () => signInWith('admin'),
    deactivated: async () => {
      const { token_pair } = await world.people.register()
      await world.deactivate(token_pair)
      return token_pair.access_token.token
    },
    ended: async () => {
      const { token_pair } = await world.people.register()
      await world.logout(token_pair)
      return token_pair.access_token.token
    },
    outdated: async () => {
      const { token_pair } = await world.people.register()
      await world.changePassword(token_pair, 'AnotherPass123!')
      return token_pair.access_token.token
    },
  }

  beforeAll(async () => {
    system = await startSystem({ gateway: engine, createDatabase: createSqliteDatabase })
    world = createWorld(system.target)
    database = await openAccounts(system.databaseUrl)
    tokens.set('admin', await make.admin())
    const body = { name: 'clerk', description: 'Looks and touches nothing', permissions: clerkPermissions }
    const made = await world.call('POST', '/api/roles', { token: tokens.get('admin') ?? '', body })
    expect(made.status, made.text).toBe(201)
    for (const caller of callers)
      if (caller !== 'nobody' && caller !== 'admin') tokens.set(caller, await make[caller]())
    // What ends tokens reaches user-service by an event.
    for (const caller of ['deactivated', 'ended', 'outdated'] as const)
      await until(
        `${caller} is known`,
        async () => (await statusAt(`${system.userServiceUrl}/profile`, caller)) === 401,
      )
  }, 60_000)
  afterAll(async () => {
    await database?.close()
    await system?.end()
  })

  const send = async (url: string, method: string, token: string | undefined) => {
    const isWithoutBody = method === 'GET' || method === 'DELETE'
    const answer = await fetch(url, {
      method,
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(!isWithoutBody && { 'Content-Type': 'application/json' }),
      },
      ...(!isWithoutBody && { body: '{"nothing":"of this kind"}' }),
    })
    await answer.arrayBuffer()
    return answer.status
  }
  const statusAt = async (url: string, caller: Caller) => send(url, 'GET', tokens.get(caller))

  const routes = [authService, userService].flatMap((service) =>
    (service?.routes ?? []).map(
      (route) => [`${route.method} ${route.path}`, route, service === userService] as const,
    ),
  )

  test.each(routes)('%s', async (_title, route, isOfUserService) => {
    const direct = isOfUserService ? system.userServiceUrl : (system.target.authServiceUrl ?? '')
    for (const url of waysTo(route, direct, system.target.url))
      for (const caller of callers) {
        const isFresh = endsTheCaller(route) && living.includes(caller) && caller !== 'nobody'
        const token = isFresh ? await make[caller]() : tokens.get(caller)
        const status = await send(url, route.method.toUpperCase(), token)
        const met = status === 401 || status === 403 ? status : 0
        const expected = url.startsWith(direct) ? expectedOf : expectedAtGateway
        expect(met, `${caller} at ${url} was answered with ${status}`).toBe(expected(route.access, caller))
        expect(status).toBeLessThan(500)
        if (endsAllOthers(route) && caller === 'admin')
          for (const other of ['user', 'clerk'] as const) tokens.set(other, await make[other]())
      }
  })
}

const suite = 'who meets with what, at every route'

describe('every route', () => {
  describeEmbedded('embedded gateway', suite, () => describeTable(embeddedEngine))
  describeOn('krakend', suite, ({ TEST_KRAKEND_BIN }) => describeTable(krakendEngine(TEST_KRAKEND_BIN)))
})
