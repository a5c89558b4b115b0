import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { asc } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type AuthApp, createAuthApp } from '../testing/auth-app.ts'
import {
  accessOf,
  login,
  password,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  registration,
  type SignedIn,
} from '../testing/people.ts'
import { declareAuthRoutes } from './routes.ts'

type Body = Record<string, unknown>

const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describeDialects('what a request leaves behind', (createDatabase) => {
  let app: AuthApp
  let admin: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = accessOf(await registerAdmin(app, 'the_admin'))
  })
  afterAll(async () => app.close())

  /** By route: how it is called so that it changes something. Each is called for people of its own. */
  const changes: Record<string, (send: (body?: Body, as?: string) => Send, own: string) => Promise<Sent>> = {
    register: async (send, own) => send(registration(own))('/register'),
    login: async (send, own) => {
      await register(app, own)
      return send({ login: own, password })('/login')
    },
    // One that goes well leaves nothing but the session.
    refresh: async (send, own) => {
      const stolen = refreshOf(await register(app, own))
      const pair = (await refresh(app, stolen)).body as SignedIn['token_pair']
      await refresh(app, pair.refresh_token.token)
      return send({ refresh_token: stolen })('/refresh')
    },
    logout: async (send, own) => {
      const someone = await register(app, own)
      return send({ refresh_token: refreshOf(someone) }, accessOf(someone))('/logout')
    },
    deactivateOwnAccount: async (send, own) =>
      send(undefined, accessOf(await register(app, own)))('/account-delete'),
    deactivateAccount: async (send, own) =>
      send(undefined, admin)(`/account-delete/${idOf(await register(app, own))}`),
    changePassword: async (send, own) => {
      const body = { current_password: password, new_password: 'Another-Pass-456!' }
      return send(body, accessOf(await register(app, own)))('/password/change')
    },
    reactivateAccount: async (send, own) => {
      const id = idOf(await register(app, own))
      await app.call('post', `/account-delete/${id}`, { token: admin })
      return send(undefined, admin)(`/users/${id}/reactivate`)
    },
    assignRoles: async (send, own) =>
      send({ roles: ['admin'] }, admin)(`/users/${idOf(await register(app, own))}/roles`),
    createRole: async (send, own) =>
      send({ name: own.toLowerCase(), description: '', permissions: [] }, admin)('/roles'),
    changeRole: async (send, own) => {
      const version = await makeRole(own)
      return send({ description: 'Changed', version }, admin)(`/roles/${own.toLowerCase()}`)
    },
    deleteRole: async (send, own) => {
      await makeRole(own)
      return send(undefined, admin)(`/roles/${own.toLowerCase()}`)
    },
    endOtherSessions: async (send, own) => {
      await register(app, own)
      return send(undefined, accessOf(await login(app, own)))('/sessions')
    },
    endSession: async (send, own) => {
      const token = accessOf(await register(app, own))
      const { session_id } = (await app.call('get', '/me', { token })).body as { session_id: string }
      return send(undefined, token)(`/sessions/${session_id}`)
    },
    endUserSessions: async (send, own) =>
      send(undefined, admin)(`/users/${idOf(await register(app, own))}/sessions`),
    endSessionsOfEveryone: async (send, own) => {
      await register(app, own)
      return send(undefined, admin)('/users/sessions')
    },
  }

  // The first changes nothing; what those of events leave is looked at in features/events.
  const others = ['introspect', 'replayEvent', 'discardEvent', 'republishEvents']
  const routes = Object.values(declareAuthRoutes(z.string())).filter(({ method }) => method !== 'get')

  test('is looked at for every route that changes something', () => {
    const named = [...Object.keys(changes), ...others]
    expect(new Set(named)).toEqual(new Set(routes.map(({ id }) => id)))
  })

  test.each(routes.filter(({ id }) => !others.includes(id)).map(({ id, method }) => [id, method]))(
    '%s: rows of the audit log and events name the request, the address and the trace',
    async (id, method) => {
      const own = `of_${id}`
      const requestId = `request-of-${id}`
      const headers = { 'X-Request-Id': requestId, 'X-Forwarded-For': '198.51.100.7', traceparent: trace }
      const answer = await changes[id]?.(
        (body, as) => async (path) =>
          app.call(method, path, {
            headers,
            ...(body && { body }),
            ...(as !== undefined && { token: as }),
          }),
        own,
      )
      expect(Math.floor((answer?.status ?? 0) / 100)).toBe(id === 'refresh' ? 4 : 2)
      const { query, tables } = app.database
      const rows = await query.select().from(tables.auditLog).orderBy(asc(tables.auditLog.id))
      const events = await query.select().from(tables.outbox).orderBy(asc(tables.outbox.sequence))
      const left = {
        rows: rows.filter((row) => row.requestId === requestId).map(({ ip }) => ip),
        events: events
          .filter((row) => row.correlationId === requestId)
          .map((row) => row.headers['traceparent']),
      }
      const tellsNobody = ['login', 'createRole', 'changeRole', 'deleteRole'].includes(id)
      expect(new Set(left.rows)).toEqual(new Set(['198.51.100.7']))
      expect(new Set(left.events)).toEqual(new Set(tellsNobody ? [] : [trace]))
    },
  )

  const makeRole = async (own: string) => {
    const body = { name: own.toLowerCase(), description: '', permissions: [] }
    const answer = await app.call('post', '/roles', { token: admin, body })
    return (answer.body as { version: number }).version
  }
})

type Sent = { status: number }
type Send = (path: string) => Promise<Sent>

const idOf = ({ user }: SignedIn) => user.id
