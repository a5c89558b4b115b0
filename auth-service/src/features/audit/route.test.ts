import { permissions } from '@accounts/shared/access/permissions'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, password, register, registerAdmin } from '../../testing/people.ts'
import { addEntries, chainSome } from './testing/audit-trial.ts'

interface Listed {
  entries: { id: number; at: string; action: string; position: number | null; [member: string]: unknown }[]
  next_cursor: string | null
}

const day = (number: number) => new Date(Date.UTC(2026, 1, number))

describeDialects('the audit log over HTTP', (createDatabase) => {
  let app: AuthApp
  let admin: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = accessOf(await registerAdmin(app, 'the_admin'))
  })
  afterAll(async () => app.close())

  const list = async (query: Record<string, string> = {}) => {
    const answer = await app.call('get', `/audit?${new URLSearchParams(query).toString()}`, { token: admin })
    expect(answer.status).toBe(200)
    return answer.body as Listed
  }

  /** Somebody whose one role allows nothing but this. */
  const signInWith = async (permission: string) => {
    const name = permission.replaceAll(':', '_')
    const { user } = await register(app, name)
    const { query, tables } = app.database
    const times = { createdAt: app.clock(), updatedAt: app.clock() }
    await query
      .insert(tables.roles)
      .values({ ...{ name, description: 'Of a test', isBuiltIn: false, version: 1 }, ...times })
    await query.insert(tables.rolePermissions).values({ role: name, permission })
    await query.insert(tables.userRoles).values({ userId: user.id, role: name, grantedAt: app.clock() })
    return accessOf(await login(app, name))
  }

  /** All pages; in between happens what the test wants. */
  const listAll = async (query: Record<string, string>, meanwhile: () => Promise<unknown>) => {
    const ids: number[] = []
    let cursor: string | null = ''
    for (let pages = 0; cursor !== null && pages < 100; pages += 1) {
      const page = await list({ ...query, ...(cursor !== '' && { cursor }) })
      expect(page.entries.length).toBeLessThanOrEqual(Number(query['limit'] ?? 50))
      ids.push(...page.entries.map(({ id }) => id))
      cursor = page.next_cursor
      await meanwhile()
    }
    return ids
  }

  test('200: newest first, what a login wrote, with everything that is known of it', async () => {
    const { user } = await login(app, 'the_admin')
    const { entries } = await list({ limit: '2', user_id: String(user.id) })
    expect(entries[0]).toEqual({
      ...{ id: expect.any(Number), at: app.clock().toISOString(), action: 'login', reason: null },
      ...{ user_id: user.id, actor_id: null, session_id: expect.any(String), ip: expect.any(String) },
      ...{ request_id: expect.any(String), details: null, position: null, hash: null },
    })
    await chainSome(app.database)
    const [chained] = (await list({ limit: '1' })).entries
    expect(chained).toMatchObject({
      position: expect.any(Number),
      hash: expect.stringMatching(/^[\da-f]{64}$/),
    })
  })

  const entry = { userId: 7001, actorId: 7002, action: 'key retired' as const }
  const week = { since: day(1).toISOString(), until: day(8).toISOString() }

  test.each([
    ['of everything', {}],
    ['of one account', { user_id: '7001' }],
    ['by one account', { actor_id: '7002' }],
    ['of one action', { action: 'key retired' }],
    ['of a week', week],
    ['of what happened since', { since: week.since }],
    ['of one account and action in a week', { ...week, user_id: '7001', action: 'key retired' }],
  ])('200: pages %s meet every row once, while new ones arrive and are chained', async (_name, filter) => {
    const added: { id: number; number: number }[] = []
    // Ids and times run against each other, as they may after a clock was set; some times are the same.
    for (const number of [7, 6, 5, 5, 4])
      for (const id of await addEntries(app.database, 3, { ...entry, at: day(number) }))
        added.push({ id, number })
    const byTime = added.toSorted((one, other) => other.number - one.number || other.id - one.id)
    const arrive = async () => {
      await addEntries(app.database, 2, { ...entry, at: app.clock() })
      await chainSome(app.database)
    }
    for (const limit of ['1', '4', '100']) {
      const ids = await listAll({ ...filter, limit }, arrive)
      expect(ids).toHaveLength(new Set(ids).size)
      expect(added.filter(({ id }) => !ids.includes(id))).toEqual([])
      const isOurs = (id: number) => added.some((one) => one.id === id)
      if ('since' in filter) expect(ids.filter(isOurs)).toEqual(byTime.map(({ id }) => id))
      if ('until' in filter) expect(ids.filter((id) => !isOurs(id))).toEqual([])
      if (!('since' in filter)) expect(ids).toEqual(ids.toSorted((one, other) => other - one))
    }
    await app.database.query.delete(app.database.tables.auditLog)
  })

  test('200: filters', async () => {
    const [first] = await addEntries(app.database, 1, {
      userId: 8_001,
      actorId: 8_002,
      action: 'key rotated',
      at: day(11),
    })
    const [second] = await addEntries(app.database, 1, {
      userId: 8_002,
      actorId: 8_001,
      action: 'key retired',
      at: day(12),
    })
    const idsOf = async (query: Record<string, string>) => (await list(query)).entries.map(({ id }) => id)
    expect(await idsOf({ user_id: '8001' })).toEqual([first])
    expect(await idsOf({ actor_id: '8001' })).toEqual([second])
    expect(await idsOf({ action: 'key rotated' })).toEqual([first])
    expect(await idsOf({ action: 'key rotated', user_id: '8002' })).toEqual([])
    expect(await idsOf({ action: "key' or 1=1 --" })).toEqual([])
    expect(await idsOf({ since: day(11).toISOString(), until: day(13).toISOString() })).toEqual([
      second,
      first,
    ])
    expect(await idsOf({ since: day(11).toISOString(), until: day(12).toISOString() })).toEqual([first])
    expect(await idsOf({ since: '2026-02-12T02:00:00+02:00', until: day(13).toISOString() })).toEqual([
      second,
    ])
    expect(await idsOf({ user_id: '8002', until: day(12).toISOString() })).toEqual([])
    expect(await idsOf({ since: '0001-01-01T00:00:00Z', until: '0001-01-01T00:00:00.001Z' })).toEqual([])
    expect(await idsOf({ since: '9999-12-31T23:59:59Z' })).toEqual([])
  })

  test('200: details as they were written, and nothing secret', async () => {
    const signedIn = await register(app, 'discreet')
    await app.call('post', '/login', { body: { login: 'discreet', password: 'Typed-By-Mistake-1!' } })
    await addEntries(app.database, 1, { details: { count: 3, parked: true, type: 'Régister' } })
    const answer = await app.call('get', '/audit', { token: admin })
    const { entries } = answer.body as Listed
    expect(entries[0]).toMatchObject({ details: { count: 3, parked: true, type: 'Régister' } })
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['registered', 'login refused']),
    )
    const tokens = Object.values(signedIn.token_pair).map(({ token }) => token.split('.')[2] ?? token)
    for (const secret of [password, 'Typed-By-Mistake-1!', '$argon2', ...tokens])
      expect(answer.text).not.toContain(secret)
  })

  test.each(Object.keys(permissions))(
    '%s: 200 where it is about the audit log, otherwise 403',
    async (permission) => {
      const token = await signInWith(permission)
      const answer = await app.call('get', '/audit', { token })
      if (permission === 'audit:read') expect(answer.status).toBe(200)
      else expect(answer).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    },
  )

  test('401 and 403: nobody else, not even about themselves', async () => {
    const someone = await register(app, 'someone')
    expect((await app.call('get', '/audit')).status).toBe(401)
    expect((await app.call('get', '/audit', { token: `${admin}x` })).status).toBe(401)
    const path = `/audit?user_id=${someone.user.id}`
    expect((await app.call('get', path, { token: accessOf(someone) })).status).toBe(403)
  })

  test.each([
    ['limit=0'],
    ['limit=101'],
    ['limit=1e1'],
    ['cursor=nonsense'],
    [`cursor=${Buffer.from('1:2:3').toString('base64url')}`],
    [`cursor=${Buffer.from('999999999999999:1').toString('base64url')}`],
    ['action='],
    ['action=%00'],
    [`action=${'x'.repeat(101)}`],
    ['user_id=0'],
    ['user_id=1.5'],
    ['actor_id=me'],
    ['actor_id=9999999999999999'],
    ['since=yesterday'],
    ['since=2026-02-30T00:00:00Z'],
    ['since=0000-01-01T00:00:00Z'],
    ['until=0001-01-01T00:00:00%2B23:59'],
    ['until=9999-12-31T23:59:59-23:59'],
    ['order=at'],
    ['action=login&action=logout'],
  ])('422: %s', async (query) => {
    const answer = await app.call('get', `/audit?${query}`, { token: admin })
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  })
})
