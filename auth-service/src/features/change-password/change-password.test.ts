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
  type SignedIn,
  statusOfMe,
} from '../../testing/people.ts'

const newPassword = 'Another-Pass-456!'

describeDialects('changing a password', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const change = async (token: string, current_password: string, new_password: string) =>
    app.call('post', '/password/change', { token, body: { current_password, new_password } })

  const signIn = async (name: string, secret: string) =>
    (await app.call('post', '/login', { body: { login: name, password: secret } })).status

  test('5. 204: other sessions are dead, this one goes on after a refresh, the old password is of no use', async () => {
    const here = await register(app, 'changing')
    const elsewhere = await login(app, 'changing')
    expect((await change(accessOf(here), password, newPassword)).status).toBe(204)

    for (const signedIn of [here, elsewhere]) expect(await statusOfMe(app, accessOf(signedIn))).toBe(401)
    expect((await refresh(app, refreshOf(elsewhere))).status).toBe(401)
    const refreshed = await refresh(app, refreshOf(here))
    expect(refreshed.status).toBe(200)
    expect(await statusOfMe(app, (refreshed.body as SignedIn['token_pair']).access_token.token)).toBe(200)
    expect(await signIn('changing', password)).toBe(401)
    expect(await signIn('changing', newPassword)).toBe(200)

    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox)
    expect(events.filter(({ aggregateId }) => aggregateId === here.user.id).at(-1)).toMatchObject({
      type: 'Password Change',
      payload: { auth_id: here.user.id, ver: 2 },
    })
  })

  test('401 for a wrong current password, which is kept for people to see, and nothing changes', async () => {
    const someone = await register(app, 'guessing')
    const answer = await change(accessOf(someone), 'Wrong-Pass-123!', newPassword)
    expect(answer).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
    expect(await statusOfMe(app, accessOf(someone))).toBe(200)
    const { query, tables } = app.database
    const rows = await query.select().from(tables.auditLog)
    expect(rows.at(-1)).toMatchObject({ action: 'password change refused', userId: someone.user.id })
  })

  test('422 for a new one that breaks the rules or is the current one', async () => {
    const { token_pair } = await register(app, 'careless')
    const { token } = token_pair.access_token
    const weak = await change(token, password, 'short')
    expect(weak).toMatchObject({ status: 422 })
    expect((weak.body as { errors: { path: string }[] }).errors[0]?.path).toBe('new_password')
    const same = await change(token, password, password)
    expect(same).toMatchObject({ status: 422, body: { errors: [{ path: 'new_password' }] } })
  })

  test('of two changes at once one wins, and its password is the one that works', async () => {
    const someone = await register(app, 'twice')
    const candidates = ['First-Pass-1!x', 'Second-Pass-2!x']
    const answers = await Promise.all(
      candidates.map(async (candidate) => change(accessOf(someone), password, candidate)),
    )
    const won = answers.map(({ status }) => status === 204)
    expect(won.filter(Boolean)).toHaveLength(1)
    for (const [index, candidate] of candidates.entries())
      expect(await signIn('twice', candidate)).toBe(won[index] ? 200 : 401)
  })
})
