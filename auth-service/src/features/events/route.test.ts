import { eq } from '@accounts/shared/database/operators'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, register, registerAdmin } from '../../testing/people.ts'
import { addRows, parkLetters, publishSample } from './testing/events-trial.ts'

interface Listed {
  events: { id: string; kind: string; body: string }[]
  next_cursor: string | null
}

describeDialects('events over HTTP', (createDatabase) => {
  let app: AuthApp
  let admin: string
  let adminId: number
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    const signedIn = await registerAdmin(app, 'the_admin')
    admin = accessOf(signedIn)
    adminId = signedIn.user.id
  })
  afterAll(async () => app.close())

  const park = async (accountId: number) => {
    const id = await publishSample(app.bus, accountId)
    await parkLetters(app.bus, 1, 'the handler broke')
    return id
  }

  const list = async (query = '') => {
    const answer = await app.call('get', `/events${query}`, { token: admin })
    expect(answer.status).toBe(200)
    return answer.body as Listed
  }

  const lastAudit = async (action: 'event replayed' | 'event discarded' | 'events republished') => {
    const { auditLog } = app.database.tables
    const found = await app.database.query.select().from(auditLog).where(eq(auditLog.action, action))
    return found.at(-1)
  }

  test('200: pages of what is dead, then of what is parked, each event once', async () => {
    const dead = [await park(1), await park(2)]
    const parked = await addRows(app.database, [
      { accountId: 901, version: 1, state: 'parked' },
      { accountId: 902, version: 1, state: 'parked' },
    ])
    const first = await list('?limit=3')
    expect(first.events.map(({ id }) => id)).toEqual([...dead, parked[0]])
    const second = await list(`?limit=3&cursor=${first.next_cursor}`)
    expect(second).toMatchObject({ events: [{ id: parked[1], kind: 'parked' }], next_cursor: null })
    expect((await list('?kind=parked')).events.map(({ id }) => id)).toEqual(parked)
    const shown = await app.call('get', `/events/${dead[0]}`, { token: admin })
    expect(shown).toMatchObject({
      status: 200,
      body: { id: dead[0], kind: 'dead', account_id: 1, attempts: 0, reason: 'the handler broke' },
    })
  })

  test('204: a replay; it is audited with who did it', async () => {
    const id = await park(3)
    expect((await app.call('post', `/events/${id}/replay`, { token: admin })).status).toBe(204)
    expect(await app.bus.deadLetters.find(id)).toBeNull()
    expect(await app.busTrial.drain('user_info')).toMatchObject([{ id }])
    expect(await lastAudit('event replayed')).toMatchObject({
      ...{ userId: 3, actorId: adminId, ip: expect.any(String), requestId: expect.any(String) },
      details: { event_id: id, kind: 'dead', type: 'Register' },
    })
  })

  test('204: a discard; the event is gone, and it is audited with who did it', async () => {
    const id = await park(4)
    expect((await app.call('delete', `/events/${id}`, { token: admin })).status).toBe(204)
    expect((await app.call('get', `/events/${id}`, { token: admin })).status).toBe(404)
    expect(await lastAudit('event discarded')).toMatchObject({ userId: 4, actorId: adminId })
    expect((await app.call('delete', `/events/${id}`, { token: admin })).status).toBe(404)
  })

  test('200: what was published is published again, under the same ids, and audited', async () => {
    await addRows(app.database, [{ accountId: 903, version: 1, state: 'published' }])
    const body = { since: '2026-03-04T00:00:00Z', account_id: 903 }
    const answer = await app.call('post', '/events/republish', { token: admin, body })
    expect(answer).toMatchObject({ status: 200, body: { events: 1 } })
    expect(await lastAudit('events republished')).toMatchObject({
      ...{ userId: 903, actorId: adminId },
      details: { since: '2026-03-04T00:00:00.000Z', parked: false, events: 1 },
    })
  })

  test('a body that is not JSON is shown as the text it is', async () => {
    await app.busTrial.put('user_info', { id: 'odd/id ?', body: '{"password":' })
    await parkLetters(app.bus, 1, 'its body is not JSON')
    const answer = await app.call('get', `/events/${encodeURIComponent('odd/id ?')}`, { token: admin })
    expect(answer.body).toMatchObject({ body: '{"password":', account_id: null, occurred_at: null })
  })

  const requests = [
    ['get', '/events', undefined],
    ['get', '/events/unknown', undefined],
    ['post', '/events/unknown/replay', undefined],
    ['delete', '/events/unknown', undefined],
    ['post', '/events/republish', { since: '2026-03-04T00:00:00Z' }],
  ] as const

  test.each(requests)('401 and 403: %s %s is for administrators only', async (method, path, body) => {
    const login = `user_${method}_${path.length}`
    const someone = accessOf(await register(app, login))
    expect((await app.call(method, path, { body })).status).toBe(401)
    expect((await app.call(method, path, { body, token: `${admin}x` })).status).toBe(401)
    expect(await app.call(method, path, { body, token: someone })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    })
  })

  test('404: no event is called so', async () => {
    for (const [method, path] of requests.filter(([, each]) => each.includes('unknown')))
      expect(await app.call(method, path, { token: admin })).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      })
  })

  test.each([
    ['get', '/events?kind=published', undefined],
    ['get', '/events?limit=0', undefined],
    ['get', '/events?limit=101', undefined],
    ['get', '/events?cursor=nonsense', undefined],
    ['get', '/events?state=dead', undefined],
    ['get', '/events/%00', undefined],
    ['get', `/events/${'x'.repeat(256)}`, undefined],
    ['post', '/events/republish', {}],
    ['post', '/events/republish', { since: 'yesterday' }],
    ['post', '/events/republish', { since: '2026-03-04T00:00:00Z', account_id: 0 }],
    ['post', '/events/republish', { since: '2026-03-04T00:00:00Z', all: true }],
  ] as const)('422: %s %s %o', async (method, path, body) => {
    const answer = await app.call(method, path, { token: admin, body })
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  })

  test('503 while dead letters cannot be reached; what is parked is shown all the same', async () => {
    await app.bus.close()
    const answer = await app.call('get', '/events', { token: admin })
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } })
    expect((await app.call('get', '/events?kind=parked', { token: admin })).status).toBe(200)
  })
})
