import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  refresh,
  refreshOf,
  register,
  type SignedIn,
  statusOfMe,
} from '../../testing/people.ts'

describeDialects('logout', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const logout = async (access: string, refreshToken: string) =>
    app.call('post', '/logout', { token: access, body: { refresh_token: refreshToken } })

  test('5. 204, and both tokens are dead at once, in the same second; other sessions live', async () => {
    const someone = await register(app, 'leaving')
    const elsewhere = await login(app, 'leaving')
    const answer = await logout(accessOf(someone), refreshOf(someone))
    expect(answer.status).toBe(204)
    expect(answer.text).toBe('')
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    expect((await refresh(app, refreshOf(someone))).status).toBe(401)
    expect(await statusOfMe(app, accessOf(elsewhere))).toBe(200)

    const { query, tables } = app.database
    const dead = (await query.select().from(tables.tokenBlacklist)).map(({ jti }) => jti)
    const { access_token, refresh_token } = someone.token_pair
    expect(dead).toEqual(expect.arrayContaining([access_token.token_id, refresh_token.token_id]))
    const events = await query.select().from(tables.outbox)
    expect(events.at(-1)).toMatchObject({ type: 'Session Revoke', aggregateId: someone.user.id })
  })

  test.each([
    ['expired', 31 * 60],
    ['expired_with_its_session', 366 * 86_400],
  ])('an access token that has %s is enough', async (name, seconds) => {
    const someone = await register(app, name)
    app.pass(seconds)
    const me = await app.call('get', '/me', { token: accessOf(someone) })
    expect(me).toMatchObject({ status: 401, body: { code: 'token_expired' } })
    expect((await logout(accessOf(someone), refreshOf(someone))).status).toBe(204)
    expect((await refresh(app, refreshOf(someone))).status).toBe(401)
  })

  test('ends the session also with the access token of before a refresh, and with its refresh token', async () => {
    const someone = await register(app, 'rotated')
    const pair = (await refresh(app, refreshOf(someone))).body as SignedIn['token_pair']
    expect((await logout(accessOf(someone), refreshOf(someone))).status).toBe(204)
    expect(await statusOfMe(app, pair.access_token.token)).toBe(401)
    expect((await refresh(app, pair.refresh_token.token)).status).toBe(401)
  })

  test('401: without a token, with a dead one, or with the refresh token of another session', async () => {
    const someone = await register(app, 'confused')
    const other = await register(app, 'bystander')
    const anonymous = await app.call('post', '/logout', { body: { refresh_token: refreshOf(someone) } })
    expect(anonymous).toMatchObject({ status: 401, body: { code: 'token_missing' } })
    const mixed = await logout(accessOf(someone), refreshOf(other))
    expect(mixed).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
    for (const signedIn of [someone, other]) expect(await statusOfMe(app, accessOf(signedIn))).toBe(200)

    await logout(accessOf(someone), refreshOf(someone))
    const again = await logout(accessOf(someone), refreshOf(someone))
    expect(again).toMatchObject({ status: 401, body: { code: 'token_revoked' } })
  })
})
