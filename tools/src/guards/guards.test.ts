import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { declareGateway } from '@accounts/gateway/declaration'
import { startEmbeddedGateway } from '@accounts/gateway/embedded/start-embedded-gateway'
import type { Access } from '@accounts/shared/http/access'
import { createGuard } from '@accounts/shared/http/guard'
import type { BoundRoute, RouteDeclaration } from '@accounts/shared/http/route'
import { createLogger } from '@accounts/shared/logging/logger'
import { freePort } from '@accounts/shared/testing/free-port'
import { createTestApp } from '@accounts/shared/testing/http'
import { createAuthenticator } from '@accounts/shared/tokens/authenticate'
import type { Principal } from '@accounts/shared/tokens/principal'
import { testAudience, testIssuer } from '@accounts/shared/tokens/testing/make-token'
import { createTokenVerifier } from '@accounts/shared/tokens/verify-token'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gatewayServices } from '../generate/files.ts'
import { findFaults, type GuardedRoute, key } from './find-faults.ts'

const declared: RouteDeclaration[] = gatewayServices().flatMap(({ routes }) => [...routes])
const guarded = declared.filter(({ access }) => access !== 'anyone')
const nameOf = ({ method, path }: GuardedRoute) => `${method} ${path}`

/** The decision of each route, written down a second time and by hand: who changes one has to mean it. */
const decisions: Record<string, Access> = {
  'post /register': 'anyone',
  'post /login': 'anyone',
  'post /refresh': 'anyone',
  'get /.well-known/jwks.json': 'anyone',
  'post /logout': 'signed in, even if expired',
  'get /me': 'signed in',
  'post /password/change': 'signed in',
  'post /account-delete': 'signed in',
  'post /account-delete/{user_id}': { roles: ['admin'] },
  'get /events': { roles: ['admin'] },
  'get /events/{event_id}': { roles: ['admin'] },
  'post /events/{event_id}/replay': { roles: ['admin'] },
  'delete /events/{event_id}': { roles: ['admin'] },
  'post /events/republish': { roles: ['admin'] },
  'get /sessions': 'signed in',
  'delete /sessions': 'signed in',
  'delete /sessions/{session_id}': 'signed in',
  'get /users/{user_id}/sessions': { permission: 'users:read' },
  'delete /users/{user_id}/sessions': { permission: 'users:write' },
  'delete /users/sessions': { permission: 'users:write' },
  'post /introspect': 'service',
  'get /users': { permission: 'users:read' },
  'get /users/{user_id}': { permission: 'users:read' },
  'post /users/{user_id}/reactivate': { permission: 'users:write' },
  'put /users/{user_id}/roles': { permission: 'roles:assign' },
  'get /roles': { permission: 'roles:read' },
  'post /roles': { permission: 'roles:write' },
  'get /roles/{name}': { permission: 'roles:read' },
  'patch /roles/{name}': { permission: 'roles:write' },
  'delete /roles/{name}': { permission: 'roles:write' },
  'get /permissions': { permission: 'roles:read' },
  'get /audit': { permission: 'audit:read' },
  'get /profile': 'signed in',
  'patch /edit-bio': 'signed in',
  'get /accounts': 'service',
}

describe('who may call a route', () => {
  it('is what has been decided, for every route that there is', () => {
    expect(Object.fromEntries(declared.map((route) => [nameOf(route), route.access]))).toEqual(decisions)
  })

  it('has to be said before a route compiles, and so does whether the gateway offers it', () => {
    const rest = { id: 'x', method: 'get', path: '/x', tag: 'x', summary: 'X', answers: {} } as const
    // @ts-expect-error: nobody has decided who may call it
    const withoutAccess: RouteDeclaration = { ...rest, gateway: 'not exposed' }
    // @ts-expect-error: nobody has decided whether the gateway offers it
    const withoutGateway: RouteDeclaration = { ...rest, access: 'anyone' }
    // @ts-expect-error: nobody has decided how often
    const withoutLimit: RouteDeclaration = { ...rest, access: 'anyone', gateway: { paths: ['/api/x'] } }
    expect([withoutAccess, withoutGateway, withoutLimit]).toHaveLength(3)
  })
})

const listen = async (listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

/** The guard of the services round routes that would let anyone do anything. */
const serve = async (routes: readonly RouteDeclaration[]) => {
  const verify = createTokenVerifier({
    keys: { find: (kid) => (kid === key.kid ? key : undefined) },
    issuer: testIssuer,
    audience: testAudience,
    type: 'access',
    clock: () => new Date(),
  })
  const guard = createGuard({
    authenticate: createAuthenticator<Principal>({ verify, standing: (principal) => principal }),
    serviceSecret: 'a secret that nobody here knows',
  })
  const bound = routes.map((declaration): BoundRoute => ({
    declaration,
    handle: async () => ({ status: 204 }),
  }))
  return listen(createTestApp(bound, guard).app)
}

const faultsInServices = async (routes: readonly RouteDeclaration[]) => {
  const service = await serve(routes)
  try {
    return await findFaults(service.url, declared)
  } finally {
    await service.close()
  }
}

describe('the guards of the services', () => {
  it('meet every caller of every route as it is declared', async () => {
    expect(await faultsInServices(declared)).toEqual([])
  })

  it.each(guarded.map((route) => [nameOf(route), route] as const))(
    'are missed at %s when it has none',
    async (name, route) => {
      const mutant = declared.map((each) => (each === route ? { ...each, access: 'anyone' as const } : each))
      const faults = await faultsInServices(mutant)
      expect(faults).not.toEqual([])
      for (const fault of faults) expect(fault.startsWith(`${name}: `)).toBe(true)
    },
  )

  const byRole = guarded.filter(({ access }) => typeof access === 'object')
  it.each(byRole.map((route) => [nameOf(route), route] as const))(
    'are missed at %s when any role will do',
    async (name, route) => {
      const mutant = declared.map((each) =>
        each === route ? { ...each, access: 'signed in' as const } : each,
      )
      expect(await faultsInServices(mutant)).toEqual([
        `${name}: user met with let in, not 403`,
        `${name}: other met with let in, not 403`,
      ])
    },
  )
})

/** What is allowed to a dead token, and what a role permits today, is for the services alone to decide. */
const atGateway = (access: Access): Access => {
  if (access === 'signed in, even if expired') return 'anyone'
  return typeof access === 'object' && 'permission' in access ? 'signed in' : access
}

describe('the guards of the gateway', () => {
  type Declaration = ReturnType<typeof declareGateway>
  const exposed: GuardedRoute[] = declared.flatMap(({ method, gateway, access }) =>
    gateway === 'not exposed'
      ? []
      : gateway.paths.map((path) => ({
          method,
          path,
          access: atGateway(access),
        })),
  )
  const checked = exposed.filter(({ access }) => access !== 'anyone')

  let services: Awaited<ReturnType<typeof listen>>
  let declaration: Declaration
  beforeAll(async () => {
    services = await listen((request, response) => {
      const isKeySet = request.url === '/.well-known/jwks.json'
      const body = isKeySet ? { keys: [key.jwk] } : {}
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
    declaration = declareGateway(gatewayServices(), { limitFactor: 1_000, metricsPort: await freePort() })
  })
  afterAll(async () => services.close())

  const faultsAtGateway = async (change: (endpoint: Declaration['endpoints'][number]) => void = () => {}) => {
    const mutant = structuredClone(declaration)
    for (const endpoint of mutant.endpoints) change(endpoint)
    const gateway = await startEmbeddedGateway({
      text: JSON.stringify(mutant),
      environment: {
        AUTH_SERVICE_URL: services.url,
        USER_SERVICE_URL: services.url,
        JWT_ISSUER: testIssuer,
        JWT_AUDIENCE: testAudience,
      },
      port: 0,
      logger: createLogger({ service: 'gateway', level: 'silent' }),
    })
    try {
      return await findFaults(gateway.url, exposed)
    } finally {
      await gateway.close()
    }
  }

  it('meet every caller of every route as it is declared', async () => {
    expect(checked.length).toBeGreaterThan(8)
    expect(await faultsAtGateway()).toEqual([])
  })

  it.each(checked.map((route) => [nameOf(route), route] as const))(
    'are missed at %s when its validator is gone',
    async (name, route) => {
      const faults = await faultsAtGateway(({ method, endpoint, extra_config }) => {
        if (method !== route.method.toUpperCase() || endpoint !== route.path) return
        delete extra_config?.['auth/validator']
        // What counts users would count nobody.
        Object.assign(extra_config?.['qos/ratelimit/router'] ?? {}, { strategy: 'ip', key: undefined })
      })
      expect(faults).toContain(`${name}: nobody met with let in, not 401`)
      for (const fault of faults) expect(fault.startsWith(`${name}: `)).toBe(true)
    },
  )

  const byRole = checked.filter(({ access }) => typeof access === 'object')
  it.each(byRole.map((route) => [nameOf(route), route] as const))(
    'are missed at %s when any role will do',
    async (name, route) => {
      const faults = await faultsAtGateway(({ method, endpoint, extra_config }) => {
        if (method === route.method.toUpperCase() && endpoint === route.path)
          delete extra_config?.['auth/validator']?.roles
      })
      expect(faults).toEqual([
        `${name}: user met with let in, not 403`,
        `${name}: other met with let in, not 403`,
      ])
    },
  )
})
