import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp, serviceSecret } from '../../testing/auth-app.ts'
import { accessOf, refresh, refreshOf, register } from '../../testing/people.ts'

describeDialects('introspect', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const basic = (secret: string) => `Basic ${Buffer.from(`user-service:${secret}`).toString('base64')}`

  const ask = async (raw: string, headers: Record<string, string> = {}) =>
    app.call('post', '/introspect', {
      raw,
      headers: {
        Authorization: basic(serviceSecret),
        'Content-Type': 'application/x-www-form-urlencoded',
        ...headers,
      },
    })

  const of = async (token: string) => (await ask(new URLSearchParams({ token }).toString())).body as object

  test('200: whose a living token of either type is, and for how long', async () => {
    const someone = await register(app, 'looked_at')
    expect(await of(accessOf(someone))).toMatchObject({
      active: true,
      type: 'access',
      username: 'looked_at',
      sub: String(someone.user.id),
      jti: someone.token_pair.access_token.token_id,
      role: 'user',
    })
    expect(await of(refreshOf(someone))).toMatchObject({ active: true, type: 'refresh' })
  })

  test('of a token that is dead, forged or no token at all, only that', async () => {
    const someone = await register(app, 'signed_out')
    await refresh(app, refreshOf(someone))
    expect(await of(refreshOf(someone))).toEqual({ active: false })
    await app.call('post', '/logout', {
      token: accessOf(someone),
      body: { refresh_token: refreshOf(someone) },
    })
    for (const token of [accessOf(someone), 'nonsense', `${accessOf(someone)}x`])
      expect(await of(token)).toEqual({ active: false })
  })

  test('401 without the credential of the services; a user is not a service', async () => {
    const { token_pair } = await register(app, 'curious')
    const { token } = token_pair.access_token
    for (const authorization of [basic('wrong'), `Bearer ${token}`, 'Basic !!!', ''])
      expect(await ask(`token=${token}`, { Authorization: authorization })).toMatchObject({
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="services"' },
      })
  })

  test('415 for JSON, 422 without a token, 400 for a member given twice', async () => {
    expect((await ask('{"token":"x"}', { 'Content-Type': 'application/json' })).status).toBe(415)
    expect((await ask('')).status).toBe(422)
    expect((await ask('token=a&token=b')).status).toBe(400)
  })
})
