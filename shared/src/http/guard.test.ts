import request from 'supertest'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createTestApp } from '../testing/http.ts'
import { createAuthenticator } from '../tokens/authenticate.ts'
import { makeKey } from '../tokens/testing/make-key.ts'
import { makeAccessClaims, makeToken, testAudience, testIssuer } from '../tokens/testing/make-token.ts'
import { createTokenVerifier } from '../tokens/verify-token.ts'
import type { Access } from './access.ts'
import { createGuard } from './guard.ts'
import { bindRoute, declareRoute } from './route.ts'

const start = new Date('2030-01-02T03:04:05Z')
const key = makeKey()
const serviceSecret = 'a-long-secret: with a colon, and ключ'

const tokenOf = (roles: readonly string[], changes: Record<string, unknown> = {}) =>
  makeToken(key, makeAccessClaims(start, { roles, ...changes }))
const user = tokenOf(['user'])
const expired = tokenOf(['user', 'admin'], { exp: start.getTime() / 1000 - 1 })

const accesses: Record<string, Access> = {
  '/open': 'anyone',
  '/mine': 'signed in',
  '/goodbye': 'signed in, even if expired',
  '/staff': { roles: ['admin', 'auditor'] },
  '/internal': 'service',
}

const routes = Object.entries(accesses).map(([path, access]) =>
  bindRoute(
    declareRoute({
      id: path.slice(1),
      method: 'get',
      path: path as '/open',
      gateway: 'not exposed',
      access,
      tag: 'things',
      summary: 'Says who calls',
      answers: { 200: { description: 'Who', schema: z.object({ caller: z.number().nullable() }) } },
    }),
  )((input) => ({
    status: 200,
    body: { caller: (input.caller as { userId: number } | undefined)?.userId ?? null },
  })),
)

const createApp = (secret?: string) => {
  const verify = createTokenVerifier({
    keys: { find: (kid) => (kid === key.kid ? key : undefined) },
    issuer: testIssuer,
    audience: testAudience,
    type: 'access',
    clock: () => start,
  })
  const authenticate = createAuthenticator({ verify, standing: (principal) => principal })
  return createTestApp(routes, createGuard({ authenticate, serviceSecret: secret })).app
}

const app = createApp(serviceSecret)
const get = (path: string, authorization?: string, to = app) => {
  const sent = request(to).get(path)
  return authorization === undefined ? sent : sent.set('Authorization', authorization)
}
const basic = (credentials: string | Buffer) => `Basic ${Buffer.from(credentials).toString('base64')}`

describe('guard', () => {
  test('a signed-in caller is let in and known, with any role', async () => {
    for (const token of [user, tokenOf([]), tokenOf(['admin'])]) {
      const { status, body } = await get('/mine', `Bearer ${token}`)
      expect([status, body]).toEqual([200, { caller: 42 }])
    }
  })

  test('what is open to anyone asks nobody', async () => {
    expect((await get('/open', 'Bearer nonsense')).body).toEqual({ caller: null })
  })

  test('without a token, or with a wrong one, every other route answers 401 and says how to ask', async () => {
    for (const path of ['/mine', '/goodbye', '/staff']) {
      const without = await get(path)
      expect(without).toMatchObject({ status: 401, body: { code: 'token_missing' } })
      expect(without.headers['www-authenticate']).toMatch(/^Bearer /)
      const forged = makeToken(
        makeKey('RS256', { kid: key.kid }),
        makeAccessClaims(start, { roles: ['admin'] }),
      )
      for (const token of [forged, 'nonsense'])
        expect(await get(path, `Bearer ${token}`)).toMatchObject({
          status: 401,
          body: { code: 'token_invalid' },
        })
    }
  })

  test('a token anywhere but in the Authorization header is none', async () => {
    const others = [
      request(app).get(`/mine?access_token=${user}&token=${user}&authorization=Bearer%20${user}`),
      request(app)
        .get('/mine')
        .set('Cookie', `access_token=${user}; token=${user}; Authorization=Bearer ${user}`),
      request(app)
        .get('/mine')
        .set('X-Authorization', `Bearer ${user}`)
        .set('Proxy-Authorization', `Bearer ${user}`),
      request(app).get('/mine').type('form').send({ access_token: user }),
    ]
    for (const other of others)
      expect(await other).toMatchObject({ status: 401, body: { code: 'token_missing' } })
  })

  test('security 17: headers that say who calls are not listened to', async () => {
    const { body } = await request(app)
      .get('/staff')
      .set({
        'X-User-Id': '1',
        'X-Roles': 'admin',
        'X-Forwarded-User': 'admin',
        Authorization: `Bearer ${user}`,
      })
    expect(body.code).toBe('not_allowed')
  })

  test('an expired token is good for signing out and nothing else', async () => {
    expect(await get('/goodbye', `Bearer ${expired}`)).toMatchObject({ status: 200, body: { caller: 42 } })
    for (const path of ['/mine', '/staff'])
      expect(await get(path, `Bearer ${expired}`)).toMatchObject({
        status: 401,
        body: { code: 'token_expired' },
      })
  })

  test('one of the roles is enough; with none of them it is 403', async () => {
    for (const roles of [['admin'], ['user', 'auditor'], ['admin', 'auditor']])
      expect((await get('/staff', `Bearer ${tokenOf(roles)}`)).status).toBe(200)
    for (const roles of [[], ['user'], ['Admin'], ['admin '], ['admin,auditor'], ['administrator']])
      expect(await get('/staff', `Bearer ${tokenOf(roles)}`)).toMatchObject({
        status: 403,
        body: { code: 'not_allowed' },
      })
  })

  test('the main role alone gives nothing', async () => {
    const { status } = await get('/staff', `Bearer ${tokenOf(['user'], { role: 'admin' })}`)
    expect(status).toBe(403)
  })
})

describe('services', () => {
  test.each(['user-service', '', 'кто-то'])('one named %j is let in by the secret', async (name) => {
    const { status, body } = await get('/internal', basic(`${name}:${serviceSecret}`))
    expect([status, body]).toEqual([200, { caller: null }])
    expect((await get('/internal', basic(`${name}:${serviceSecret}`).replace('Basic', 'bASIC'))).status).toBe(
      200,
    )
  })

  test.each<[string, string | undefined]>([
    ['nothing', undefined],
    ['an empty header', ''],
    ['the scheme alone', 'Basic'],
    ['no base64', 'Basic !!!'],
    ['nothing in base64', basic('')],
    ['a colon', basic(':')],
    ['a name without a secret', basic('user-service:')],
    ['the secret without a name', basic(serviceSecret)],
    ['the secret and more', basic(`user-service:${serviceSecret}x`)],
    ['the secret but for its end', basic(`user-service:${serviceSecret.slice(0, -1)}`)],
    ['the secret in capitals', basic(`user-service:${serviceSecret.toUpperCase()}`)],
    ['the secret after a space', basic(`user-service: ${serviceSecret}`)],
    ['the secret in another encoding', basic(Buffer.from(`user-service:${serviceSecret}`, 'latin1'))],
    ['the secret twice', `${basic(`a:${serviceSecret}`)}, ${basic(`a:${serviceSecret}`)}`],
    ['the secret under another scheme', basic(`user-service:${serviceSecret}`).replace('Basic', 'Bearer')],
    ['the token of an administrator', `Bearer ${tokenOf(['admin'])}`],
  ])('%s: is refused', async (_name, authorization) => {
    const answer = await get('/internal', authorization)
    expect(answer).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
    expect(answer.headers['www-authenticate']).toBe('Basic realm="services"')
  })

  test('the secret without a user name and colon before it is refused, though it holds a colon itself', async () => {
    const plain = 'no-colon-in-this-secret'
    const guarded = createApp(plain)
    expect((await get('/internal', basic(`a:${plain}`), guarded)).status).toBe(200)
    expect((await get('/internal', basic(plain), guarded)).status).toBe(401)
  })

  test('the secret opens nothing that people use', async () => {
    expect((await get('/mine', basic(`user-service:${serviceSecret}`))).body.code).toBe('token_missing')
  })

  test.each([undefined, ''])('where the secret is %j, nobody is let in', async (secret) => {
    const guarded = createApp(secret)
    for (const credentials of ['a:', ':', 'a:undefined', 'a:null', ''])
      expect((await get('/internal', basic(credentials), guarded)).status).toBe(401)
    expect((await get('/internal', undefined, guarded)).status).toBe(401)
  })
})
