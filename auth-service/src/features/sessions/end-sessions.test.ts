import { randomUUID } from 'node:crypto'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, register, registerAdmin, type SignedIn, statusOfMe } from '../../testing/people.ts'
import {
  addSessions,
  auditOf,
  eventsOf,
  revokedSessionsOf,
  sessionOf,
  shown,
  statusesOf,
} from './testing/sessions-trial.ts'

describeDialects('ending sessions', (createDatabase) => {
  let app: AuthApp
  let admin: SignedIn
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = await registerAdmin(app, 'the_admin')
  })
  afterAll(async () => app.close())

  const end = async (signedIn: SignedIn, path: string) =>
    app.call('delete', path, { token: accessOf(signedIn) })
  const endOne = async (signedIn: SignedIn, id: string) => end(signedIn, `/sessions/${id}`)
  const endAllOf = async (id: number | string) => end(admin, `/users/${id}/sessions`)

  test('5. 204 for one of your own: both of its tokens are dead at once, the others live; told and kept', async () => {
    const here = await register(app, 'tidy')
    const there = await login(app, 'tidy')
    const answer = await endOne(here, sessionOf(there))
    expect(answer).toMatchObject({ status: 204, text: '' })
    expect(await statusesOf(app, there)).toEqual([401, 401])
    expect(await statusOfMe(app, accessOf(here))).toBe(200)
    expect((await shown(app, accessOf(here))).map(({ id }) => id)).toEqual([sessionOf(here)])
    expect(await revokedSessionsOf(app, here.user.id)).toEqual([sessionOf(there)])
    const [entry] = await auditOf(app, here.user.id, 'session ended')
    expect(entry).toMatchObject({ sessionId: sessionOf(there), actorId: null, ip: expect.any(String) })
  })

  test('204 for the one that asks, which is a logout; what follows is 401', async () => {
    const someone = await register(app, 'leaving')
    expect((await endOne(someone, sessionOf(someone))).status).toBe(204)
    expect(await statusesOf(app, someone)).toEqual([401, 401])
    expect(await endOne(someone, sessionOf(someone))).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    })
    expect(await revokedSessionsOf(app, someone.user.id)).toEqual([sessionOf(someone)])
  })

  test("9. 404 for somebody else's, an ended, an expired and an unknown one; nothing happens and nobody is told", async () => {
    const someone = await register(app, 'owner')
    const stranger = await register(app, 'stranger')
    const now = app.clock()
    const dead = await addSessions(app, stranger.user.id, [
      { endedAt: now, endReason: 'logout' },
      { refreshExpiresAt: now },
      { expiresAt: now },
    ])
    for (const id of [sessionOf(someone), randomUUID(), ...dead])
      expect(await endOne(stranger, id)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect((await endOne(admin, sessionOf(someone))).status).toBe(404)
    expect(await statusesOf(app, someone)).toEqual([200, 200])
    for (const { user } of [someone, stranger]) {
      expect(await revokedSessionsOf(app, user.id)).toEqual([])
      expect(await auditOf(app, user.id, 'session ended')).toEqual([])
    }
  })

  test.each(['me', '1', '%00', '..%2f', 'x'.repeat(500), '7f9c1c52-6a0e-4a7e-9b55-3f1d2c4b5a6'])(
    'what is no id of a session is 422: %s',
    async (id) => {
      expect(await endOne(admin, id)).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    },
  )

  test('5. 204 for all others: each is dead at once and told of once; the present one goes on with both tokens', async () => {
    const here = await register(app, 'cleaning')
    const elsewhere = [await login(app, 'cleaning'), await login(app, 'cleaning')]
    const { id } = here.user
    const now = app.clock()
    await addSessions(app, id, [{ endedAt: now, endReason: 'logout' }, { refreshExpiresAt: now }])
    const bystander = await register(app, 'bystander')
    expect(await end(here, '/sessions')).toMatchObject({ status: 204, text: '' })
    for (const signedIn of elsewhere) expect(await statusesOf(app, signedIn)).toEqual([401, 401])
    for (const signedIn of [here, bystander]) expect(await statusesOf(app, signedIn)).toEqual([200, 200])
    const ended = elsewhere.map(sessionOf).toSorted()
    expect((await revokedSessionsOf(app, id)).toSorted()).toEqual(ended)

    expect((await end(here, '/sessions')).status).toBe(204)
    expect(await revokedSessionsOf(app, id)).toHaveLength(2)
    expect(await auditOf(app, id, 'sessions ended')).toMatchObject([
      { sessionId: sessionOf(here), actorId: null, details: { sessions: 2 } },
    ])
  })

  test('however many they are, every one ends and is told of', async () => {
    const someone = await register(app, 'collector')
    const { id } = someone.user
    const added = await addSessions(
      app,
      id,
      Array.from({ length: 250 }, () => ({})),
    )
    expect((await end(someone, '/sessions')).status).toBe(204)
    expect((await shown(app, accessOf(someone))).map((session) => session.id)).toEqual([sessionOf(someone)])
    expect((await revokedSessionsOf(app, id)).toSorted()).toEqual(added.toSorted())
  })

  test("5. an administrator's end of all: every token is dead at once, whatever its session; one event with the new version", async () => {
    const sessions = [await register(app, 'suspicious'), await login(app, 'suspicious')]
    const { id } = sessions[0]!.user
    expect(await endAllOf(id)).toMatchObject({ status: 204, text: '' })
    for (const signedIn of sessions) expect(await statusesOf(app, signedIn)).toEqual([401, 401])
    expect(await eventsOf(app, id, 'Session Revoke')).toEqual([])
    expect(await eventsOf(app, id, 'Sessions Revoke')).toMatchObject([
      { payload: { event_type: 'Sessions Revoke', auth_id: id, ver: 2 } },
    ])
    expect(await auditOf(app, id, 'sessions ended')).toMatchObject([{ actorId: admin.user.id }])
    expect(await statusesOf(app, await login(app, 'suspicious'))).toEqual([200, 200])
    expect(await statusOfMe(app, accessOf(admin))).toBe(200)
  })

  test('again is 204, also for a deactivated account, which stays so; an unknown one is 404, no id is 422', async () => {
    const someone = await register(app, 'banned')
    await app.call('post', '/account-delete', { token: accessOf(someone) })
    for (let round = 0; round < 2; round += 1) expect((await endAllOf(someone.user.id)).status).toBe(204)
    const versions = (await eventsOf(app, someone.user.id, 'Sessions Revoke')).map(({ payload }) => payload)
    expect(versions).toMatchObject([{ ver: 3 }, { ver: 4 }])
    const { tables, query } = app.database
    const accounts = await query.select().from(tables.authInfo)
    expect(accounts.find(({ id }) => id === someone.user.id)).toMatchObject({
      isActive: false,
      securityVersion: 4,
    })
    expect(await endAllOf(999_999)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    for (const id of ['0', 'me', '1e3']) expect((await endAllOf(id)).status).toBe(422)
  })

  test('403 for who may not, whatever headers they send along, and 401 for nobody', async () => {
    const victim = await register(app, 'victim')
    const attacker = await register(app, 'attacker')
    const path = `/users/${victim.user.id}/sessions`
    const headers = { 'X-User-Id': String(admin.user.id), 'X-Role': 'admin', 'X-Permissions': 'users:*' }
    expect(await app.call('delete', path, { token: accessOf(attacker), headers })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    })
    for (const each of [path, '/sessions', `/sessions/${sessionOf(victim)}`])
      expect((await app.call('delete', each)).status).toBe(401)
    expect(await statusesOf(app, victim)).toEqual([200, 200])
  })
})
