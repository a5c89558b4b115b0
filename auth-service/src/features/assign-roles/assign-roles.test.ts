import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createLogger } from '@accounts/shared/logging/logger'
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { nowhere } from '../../domain/audit.ts'
import { createTransact } from '../../adapters/database/transact.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  statusOfMe,
} from '../../testing/people.ts'
import { createAssignRoles } from './assign-roles.ts'

const silent = createLogger({ service: 'test', level: 'silent' })

describeDialects('giving roles', (createDatabase) => {
  let app: AuthApp
  let admin: { id: number; token: string }
  let supporters = 0
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    const signedIn = await registerAdmin(app, 'the_admin')
    admin = { id: signedIn.user.id, token: accessOf(signedIn) }
    const role = { name: 'support', permissions: ['users:read', 'roles:assign'] }
    expect(await app.call('post', '/roles', { token: admin.token, body: role })).toMatchObject({
      status: 201,
    })
  })
  afterAll(async () => app.close())

  const assign = async (id: number, roles: readonly string[], token = admin.token) =>
    app.call('put', `/users/${id}/roles`, { token, body: { roles } })
  const makeSupporter = async () => {
    const name = `supporter_${(supporters += 1)}`
    const { user } = await register(app, name)
    await assign(user.id, ['support'])
    return { id: user.id, signedIn: await login(app, name) }
  }

  test('is in force at once: the older token is dead, its session goes on and the next one says so', async () => {
    const someone = await register(app, 'promoted')
    expect(await assign(someone.user.id, ['support', 'support'])).toMatchObject({
      status: 200,
      body: { roles: ['support', 'user'] },
    })
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    const next = await refresh(app, refreshOf(someone))
    const { access_token } = next.body as { access_token: { token: string } }
    expect(await app.call('get', '/me', { token: access_token.token })).toMatchObject({
      status: 200,
      body: { roles: ['support', 'user'], permissions: ['roles:assign', 'users:read'] },
    })
  })

  test('of the same again changes nothing and tells nobody', async () => {
    const { id, signedIn } = await makeSupporter()
    const { query, tables } = app.database
    const count = async () => (await query.select().from(tables.outbox)).length
    const before = await count()
    expect(await assign(id, ['user', 'support'])).toMatchObject({ status: 200 })
    expect(await count()).toBe(before)
    expect(await statusOfMe(app, accessOf(signedIn))).toBe(200)
  })

  test('of none leaves what everybody has', async () => {
    const { id } = await makeSupporter()
    expect(await assign(id, [])).toMatchObject({ status: 200, body: { roles: ['user'] } })
  })

  test('refuses roles that there are not, each by its place, and an account that there is not', async () => {
    const { id } = await makeSupporter()
    expect(await assign(id, ['support', 'nobody', 'nothing'])).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'roles.1' }, { path: 'roles.2' }] },
    })
    expect(await assign(999_999, ['support'])).toMatchObject({ status: 404 })
  })

  test('stays within what one may do oneself, to others and to oneself', async () => {
    const { id, signedIn } = await makeSupporter()
    const { id: other } = await makeSupporter()
    const token = accessOf(signedIn)
    const body = { name: 'auditor', permissions: ['audit:read'] }
    await app.call('post', '/roles', { token: admin.token, body })
    for (const [who, roles] of [
      [id, ['support', 'admin']],
      [other, ['support', 'auditor']],
      [admin.id, []],
    ] as const)
      expect(await assign(who, roles, token)).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    expect(await assign(other, [], token)).toMatchObject({ status: 200 })
  })

  test('is written down with what was before', async () => {
    const { id } = await makeSupporter()
    const { query, tables } = app.database
    const rows = (await query.select().from(tables.auditLog)).filter(({ userId }) => userId === id)
    expect(rows.filter(({ action }) => action === 'roles assigned')).toMatchObject([
      { actorId: admin.id, details: { roles: 'support user', before: 'user' } },
    ])
  })
})

describeDialects('the last administrator', (createDatabase) => {
  let app: AuthApp
  afterEach(async () => app.close())

  const activeAdmins = async () => {
    const { query, tables } = app.database
    const holders = await query.select().from(tables.userRoles)
    const accounts = await query.select().from(tables.authInfo)
    return accounts.filter(
      ({ id, isActive }) => isActive && holders.some(({ userId, role }) => userId === id && role === 'admin'),
    ).length
  }

  test('can neither leave nor be sent away', async () => {
    app = await createAuthApp({ createDatabase })
    const { user, token_pair } = await registerAdmin(app, 'the_only_one')
    const { token } = token_pair.access_token
    const refused = { status: 409, body: { code: 'last_admin' } }
    const body = { roles: [] }
    expect(await app.call('post', '/account-delete', { token })).toMatchObject(refused)
    expect(await app.call('post', `/account-delete/${user.id}`, { token })).toMatchObject(refused)
    expect(await app.call('put', `/users/${user.id}/roles`, { token, body })).toMatchObject(refused)
    expect(await statusOfMe(app, token)).toBe(200)
  })

  test('is not who is deactivated: they become one, or are one no more, whoever else there is', async () => {
    app = await createAuthApp({ createDatabase })
    const transact = createTransact({ database: app.database, clock: app.clock, logger: silent })
    const assign = createAssignRoles({ transact, clock: app.clock })
    const { user, token_pair } = await register(app, 'gone')
    await app.call('post', '/account-delete', { token: token_pair.access_token.token })
    expect(await assign(user.id, ['admin'], 'operator', nowhere)).toEqual(['admin', 'user'])
    expect(await assign(user.id, [], 'operator', nowhere)).toEqual(['user'])
  })

  test('is there after whatever all of them do to each other at once', { timeout: 120_000 }, async () => {
    app = await createAuthApp({ createDatabase })
    const count = 3
    const deed = fc.record({
      kind: fc.constantFrom('leave', 'send away', 'demote', 'promote', 'reactivate'),
      actor: fc.nat(count - 1),
      other: fc.nat(count - 1),
    })
    let round = 0
    const property = fc.asyncProperty(fc.array(deed, { minLength: 2, maxLength: 8 }), async (deeds) => {
      round += 1
      const people: Awaited<ReturnType<typeof registerAdmin>>[] = []
      for (let index = 0; index < count; index += 1)
        people.push(await registerAdmin(app, `r${round}_admin_${index}`))
      const paths = (id: number) =>
        ({
          leave: ['post', '/account-delete'],
          'send away': ['post', `/account-delete/${id}`],
          demote: ['put', `/users/${id}/roles`, { roles: [] }],
          promote: ['put', `/users/${id}/roles`, { roles: ['admin'] }],
          reactivate: ['post', `/users/${id}/reactivate`],
        }) as const
      const answers = await Promise.all(
        deeds.map(async ({ kind, actor, other }) => {
          const [method, path, body] = paths(people[other]?.user.id ?? 0)[kind]
          const token = people[actor]?.token_pair.access_token.token ?? ''
          return app.call(method, path, { token, ...(body && { body }) })
        }),
      )
      for (const { status, text } of answers) expect([200, 401, 403, 409], text).toContain(status)
      expect(await activeAdmins()).toBeGreaterThan(0)
      // So that in the next round these are the only ones.
      const { query, tables } = app.database
      await query.delete(tables.userRoles)
    })
    await fc.assert(property, { seed: 6, numRuns: 25, endOnFailure: true })
  })
})
