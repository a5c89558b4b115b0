import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, refresh, refreshOf, register, registerAdmin } from '../../testing/people.ts'
import { addSessions, loginFrom, sessionOf, shown } from './testing/sessions-trial.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0'

describeDialects('the list of sessions', (createDatabase) => {
  let app: AuthApp
  let admin: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = accessOf(await registerAdmin(app, 'the_admin'))
  })
  afterAll(async () => app.close())

  test('200: device, address and times of each, the last used first, and which of them asks', async () => {
    const first = await register(app, 'listing')
    const startedAt = app.clock().toISOString()
    app.pass(60)
    const headers = { 'User-Agent': firefox, 'X-Forwarded-For': '203.0.113.7' }
    const second = await loginFrom(app, 'listing', headers)
    const secondAt = app.clock().toISOString()
    const ofSecond = {
      ...{ id: sessionOf(second), device: 'Firefox on Linux', ip: '203.0.113.7' },
      ...{ created_at: secondAt, last_used_at: secondAt, current: true },
    }
    const ofFirst = { id: sessionOf(first), created_at: startedAt, last_used_at: startedAt, current: false }
    expect(await shown(app, accessOf(second))).toEqual([ofSecond, expect.objectContaining(ofFirst)])

    app.pass(60)
    await refresh(app, refreshOf(first))
    expect(await shown(app, accessOf(second))).toEqual([
      expect.objectContaining({ ...ofFirst, last_used_at: app.clock().toISOString() }),
      ofSecond,
    ])
  })

  test('what a client says of itself is named, never repeated', async () => {
    await register(app, 'hostile')
    const hostile = { 'User-Agent': `<script>${'x'.repeat(3_000)}`, 'X-Forwarded-For': '<b>here</b>' }
    const signedIn = await loginFrom(app, 'hostile', hostile)
    const [session] = (await shown(app, accessOf(signedIn))).filter(({ current }) => current)
    expect(session).toMatchObject({ device: 'Unknown device', ip: null })
  })

  test('only those that live: none that has ended or is past its own end or that of its refresh token', async () => {
    const someone = await register(app, 'dying')
    const now = app.clock()
    const soon = new Date(now.getTime() + 1)
    const [living] = await addSessions(app, someone.user.id, [
      { refreshExpiresAt: soon, expiresAt: soon },
      { refreshExpiresAt: now },
      { expiresAt: now },
      { endedAt: now, endReason: 'logout' },
    ])
    const ids = (await shown(app, accessOf(someone))).map(({ id }) => id)
    expect(ids.toSorted()).toEqual([sessionOf(someone), living].toSorted())
  })

  test('of more than a hundred the hundred last used, in the same order each time', async () => {
    const someone = await register(app, 'crowded')
    const { id } = someone.user
    const at = (seconds: number) => new Date(app.clock().getTime() + seconds * 1000)
    // Every ten of them were used at the same moment.
    const details = Array.from({ length: 130 }, (_, index) => ({
      lastUsedAt: at(1 + Math.floor(index / 10)),
    }))
    const added = await addSessions(app, id, details)
    const sessions = await shown(app, accessOf(someone))
    expect(sessions.map((session) => session.id).toSorted()).toEqual(added.slice(30).toSorted())
    const times = sessions.map(({ last_used_at }) => last_used_at)
    expect(times).toEqual(times.toSorted().toReversed())
    expect(await shown(app, accessOf(someone))).toEqual(sessions)
  })

  test('9. nobody sees the sessions of others: not in their own list, and 403 for those of an account', async () => {
    const [someone, stranger] = [await register(app, 'private'), await register(app, 'curious')]
    expect((await shown(app, accessOf(stranger))).map(({ id }) => id)).toEqual([sessionOf(stranger)])
    const path = `/users/${someone.user.id}/sessions`
    expect(await app.call('get', path, { token: accessOf(stranger) })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    })
    for (const each of [path, '/sessions']) expect((await app.call('get', each)).status).toBe(401)
  })

  test('200 for who may read accounts: the same list, in which only their own session is the current one', async () => {
    const someone = await register(app, 'watched')
    await login(app, 'watched')
    const own = await shown(app, accessOf(someone))
    const seen = await shown(app, admin, `/users/${someone.user.id}/sessions`)
    expect(seen).toEqual(own.map((session) => ({ ...session, current: false })))
    const { body } = await app.call('get', '/me', { token: admin })
    const { user, session_id } = body as { user: { id: number }; session_id: string }
    const current = (await shown(app, admin, `/users/${user.id}/sessions`)).filter((each) => each.current)
    expect(current.map(({ id }) => id)).toEqual([session_id])
  })

  test('an account without a living session has an empty list, an unknown one is 404, no id is 422', async () => {
    const someone = await register(app, 'gone')
    await app.call('post', '/account-delete', { token: accessOf(someone) })
    expect(await shown(app, admin, `/users/${someone.user.id}/sessions`)).toEqual([])
    expect(await app.call('get', '/users/999999/sessions', { token: admin })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
    for (const id of ['0', 'me', '1e3', '9'.repeat(30)])
      expect((await app.call('get', `/users/${id}/sessions`, { token: admin })).status).toBe(422)
  })
})
