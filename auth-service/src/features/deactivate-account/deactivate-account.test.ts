import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  password,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  statusOfMe,
} from '../../testing/people.ts'

describeDialects('deactivating an account', (createDatabase) => {
  let app: AuthApp
  let admin: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = accessOf(await registerAdmin(app, 'the_admin'))
  })
  afterAll(async () => app.close())

  const deactivationsOf = async (id: number) => {
    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox)
    return events.filter((event) => event.aggregateId === id && event.type === 'Account Deactivate')
  }

  test('5. 200 for oneself: every session is dead at once, nobody signs in any more, the event is written', async () => {
    const someone = await register(app, 'quitting')
    const elsewhere = await login(app, 'quitting')
    const answer = await app.call('post', '/account-delete', { token: accessOf(someone) })
    expect(answer).toMatchObject({ status: 200, body: { ...someone.user, is_active: false } })
    for (const signedIn of [someone, elsewhere]) {
      expect(await statusOfMe(app, accessOf(signedIn))).toBe(401)
      expect((await refresh(app, refreshOf(signedIn))).status).toBe(401)
    }
    const again = await app.call('post', '/login', { body: { login: 'quitting', password } })
    expect(again.status).toBe(403)
    expect(await deactivationsOf(someone.user.id)).toMatchObject([
      { payload: { event_type: 'Account Deactivate', auth_id: someone.user.id, is_active: false } },
    ])
  })

  test('an administrator deactivates anybody, again is 200 and tells nobody twice, unknown is 404', async () => {
    const someone = await register(app, 'banned')
    const path = `/account-delete/${someone.user.id}`
    for (let round = 0; round < 2; round += 1)
      expect(await app.call('post', path, { token: admin })).toMatchObject({
        status: 200,
        body: { id: someone.user.id, is_active: false },
      })
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    expect(await deactivationsOf(someone.user.id)).toHaveLength(1)
    const unknown = await app.call('post', '/account-delete/999999', { token: admin })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('16, 17. 403 for everybody else, whatever headers they send along, and the account lives', async () => {
    const victim = await register(app, 'victim')
    const attacker = await register(app, 'attacker')
    const answer = await app.call('post', `/account-delete/${victim.user.id}`, {
      token: accessOf(attacker),
      headers: { 'X-User-Id': String(victim.user.id), 'X-Role': 'admin', 'X-Roles': 'admin' },
    })
    expect(answer).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    expect(await statusOfMe(app, accessOf(victim))).toBe(200)
  })

  test.each(['0', '-1', '1e3', '0x1', '1.5', 'me', '9'.repeat(30), '%00', '1%2F2'])(
    '422 or 400 for the id %s',
    async (id) => {
      const answer = await app.call('post', `/account-delete/${id}`, { token: admin })
      expect([400, 422]).toContain(answer.status)
    },
  )

  test('of many at once, one deactivates and tells of it', async () => {
    const someone = await register(app, 'hammered')
    const path = `/account-delete/${someone.user.id}`
    const answers = await Promise.all(
      Array.from({ length: 20 }, async () => app.call('post', path, { token: admin })),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(await deactivationsOf(someone.user.id)).toHaveLength(1)
  })

  test('a login that races a deactivation leaves no session that works', async () => {
    for (let round = 0; round < 15; round += 1) {
      const someone = await register(app, `raced_${round}`)
      const [signedIn] = await Promise.all([
        app.call('post', '/login', { body: { login: `raced_${round}`, password } }),
        app.call('post', '/account-delete', { token: accessOf(someone) }),
      ])
      expect([200, 403]).toContain(signedIn.status)
      if (signedIn.status !== 200) continue
      expect(await statusOfMe(app, accessOf(signedIn.body as typeof someone))).toBe(401)
      expect((await refresh(app, refreshOf(signedIn.body as typeof someone))).status).toBe(401)
    }
  })
})
