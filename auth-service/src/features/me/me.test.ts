import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  refreshOf,
  register,
  registerAdmin,
  type SignedIn,
  statusOfMe,
} from '../../testing/people.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

describeDialects('me', (createDatabase) => {
  let app: AuthApp
  let someone: SignedIn
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    someone = await register(app, 'johndoe')
  })
  afterAll(async () => app.close())

  test('200: who the token speaks for, with roles, permissions and the session', async () => {
    const { body } = await app.call('get', '/me', { token: accessOf(someone) })
    const { sid } = decodeJwt(accessOf(someone))
    expect(body).toEqual({ user: someone.user, roles: ['user'], permissions: [], session_id: sid })
    const admin = await registerAdmin(app, 'the_admin')
    expect((await app.call('get', '/me', { token: accessOf(admin) })).body).toMatchObject({
      roles: ['admin', 'user'],
      permissions: ['audit:*', 'roles:*', 'users:*'],
    })
  })

  test('tokens say exactly what the contract lists', () => {
    const access = accessOf(someone)
    expect(decodeProtectedHeader(access)).toEqual({ alg: 'RS256', typ: 'at+jwt', kid: expect.any(String) })
    const common = {
      iss: 'http://localhost:8080',
      sub: String(someone.user.id),
      iat: expect.any(Number),
      exp: expect.any(Number),
      role: 'user',
      sid: expect.any(String),
    }
    expect(decodeJwt(access)).toEqual({
      ...common,
      aud: 'accounts',
      jti: someone.token_pair.access_token.token_id,
      type: 'access',
      roles: ['user'],
      permissions: [],
      name: 'John Doe',
      ver: 1,
    })
    expect(decodeJwt(refreshOf(someone))).toEqual({
      ...common,
      aud: 'accounts/refresh',
      jti: someone.token_pair.refresh_token.token_id,
      type: 'refresh',
    })
    const { iat = 0, exp = 0 } = decodeJwt(access)
    expect(exp - iat).toBe(30 * 60)
  })

  test('17. nothing but the bearer token says who calls: no cookie, no query, no other header', async () => {
    const token = accessOf(someone)
    for (const headers of [
      {},
      { Cookie: `access_token=${token}` },
      { Authorization: `Basic ${Buffer.from(`a:${token}`).toString('base64')}` },
      { 'X-User-Id': String(someone.user.id), 'X-Roles': 'admin' },
    ] as Record<string, string>[]) {
      const answer = await app.call('get', `/me?access_token=${token}`, { headers })
      expect(answer).toMatchObject({ status: 401, body: { code: 'token_missing' } })
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="accounts"')
    }
  })

  test('6. forged tokens are 401, and no address in them is ever asked', async () => {
    let asked = 0
    const server = createServer((_request, response) => {
      asked += 1
      response.end('{"keys":[]}')
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`

    const token = accessOf(someone)
    const [headerText = '', payload = '', signature = ''] = token.split('.')
    const header = decodeProtectedHeader(token)
    const claims = decodeJwt(token)
    const jwks = await app.call('get', '/.well-known/jwks.json')
    const { keys } = jwks.body as { keys: JsonWebKey[] }
    const publicPem = createPublicKey({ key: keys[0]!, format: 'jwk' }).export({
      type: 'spki',
      format: 'pem',
    })
    const hmacHeader = encode({ ...header, alg: 'HS256' })
    const hmac = createHmac('sha256', publicPem).update(`${hmacHeader}.${payload}`).digest('base64url')

    const forged = [
      `${encode({ ...header, alg: 'none' })}.${payload}.`,
      `${hmacHeader}.${payload}.${hmac}`,
      `${headerText}.${encode({ ...claims, role: 'admin', roles: ['admin'] })}.${signature}`,
      `${encode({ ...header, kid: 'unknown' })}.${payload}.${signature}`,
      `${encode({ ...header, jku: url })}.${payload}.${signature}`,
      `${encode({ ...header, x5u: url })}.${payload}.${signature}`,
      `${encode({ ...header, jwk: keys[0] })}.${payload}.${signature}`,
      `${token}.${signature}`,
      `${headerText}.${payload}`,
      'x'.repeat(10_000),
    ]
    for (const text of forged) {
      const answer = await app.call('get', '/me', { token: text })
      expect(answer).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="accounts", error="invalid_token"')
    }
    expect(asked).toBe(0)
    server.close()
  })

  test('6. of another issuer or audience, expired, or not yet valid: 401', async () => {
    const share = async () => ({ url: app.url, drop: async () => {} })
    const elsewhere = await createAuthApp({
      createDatabase: share,
      settings: { JWT_ISSUER: 'https://elsewhere.example' },
    })
    const forOthers = await createAuthApp({ createDatabase: share, settings: { JWT_AUDIENCE: 'others' } })
    const early = await createAuthApp({ createDatabase: share })
    const late = await createAuthApp({ createDatabase: share })
    try {
      for (const other of [elsewhere, forOthers]) expect(await statusOfMe(other, accessOf(someone))).toBe(401)
      early.pass(-3_600)
      expect(await statusOfMe(early, accessOf(someone))).toBe(401)
      late.pass(30 * 60)
      expect(await late.call('get', '/me', { token: accessOf(someone) })).toMatchObject({
        body: { code: 'token_expired' },
      })
    } finally {
      for (const other of [elsewhere, forOthers, early, late]) await other.close()
    }
  })
})
