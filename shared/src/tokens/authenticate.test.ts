import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createAuthenticator, createBearerAuthentication, type Standing } from './authenticate.ts'
import type { Principal } from './principal.ts'
import { makeKey } from './testing/make-key.ts'
import {
  makeAccessClaims,
  makeRefreshClaims,
  makeToken,
  testAudience,
  testIssuer,
} from './testing/make-token.ts'
import { type KeyServer, startKeyServer } from './testing/start-key-server.ts'
import { createTokenVerifier } from './verify-token.ts'

const start = new Date('2030-01-02T03:04:05Z')
const key = makeKey()
const token = makeToken(key, makeAccessClaims(start))

const requestWith = (authorization: string | undefined) => ({
  header: (name: string) => (name.toLowerCase() === 'authorization' ? authorization : undefined),
})
const bearer = (text: string) => requestWith(`Bearer ${text}`)

const verifierOf = (clock = () => start) =>
  createTokenVerifier({
    keys: { find: (kid) => (kid === key.kid ? key : undefined) },
    issuer: testIssuer,
    audience: testAudience,
    type: 'access',
    clock,
  })

describe('authenticate', () => {
  const authenticate = createAuthenticator({ verify: verifierOf(), standing: (principal) => principal })

  test('the holder of the token in the Authorization header is who calls', async () => {
    expect(await authenticate(bearer(token))).toMatchObject({
      userId: 42,
      displayName: 'Anna Maria',
      sessionId: 'session-1',
      roles: ['user'],
    })
  })

  test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR', 'Bearer  '])(
    'the scheme may be written %j',
    async (scheme) => {
      expect(await authenticate(requestWith(`${scheme} ${token}`))).toMatchObject({ userId: 42 })
    },
  )

  test.each<[string, string | undefined]>([
    ['no header', undefined],
    ['an empty one', ''],
    ['another scheme', 'Basic dXNlcjpwYXNz'],
    ['a scheme that only begins so', `Bearers ${token}`],
    ['a tab after the scheme', `Bearer\t${token}`],
    ['a comma after the scheme', `Bearer,${token}`],
    ['nothing after the scheme', `Bearer${token}`],
    ['no scheme', token],
  ])('%s: is no bearer token', async (_name, authorization) => {
    await expect(authenticate(requestWith(authorization))).rejects.toMatchObject({ code: 'token_missing' })
  })

  test.each([
    ['none', 'Bearer'],
    ['none after the space', 'Bearer '],
    ['two', `Bearer ${token} ${token}`],
    ['two with their schemes', `Bearer ${token}, Bearer ${token}`],
    ['one and a comma', `Bearer ${token},`],
    ['one in quotes', `Bearer "${token}"`],
    ['one with a name', `Bearer token=${token}`],
    ['one and a line end', `Bearer ${token}\n`],
    ['one and a NUL', `Bearer ${token}\0`],
    ['a letter that is not ASCII', 'Bearer é'],
    ['well-formed nonsense', 'Bearer abc=='],
  ])('%s: is not one token of ours', async (_name, authorization) => {
    await expect(authenticate(requestWith(authorization))).rejects.toMatchObject({ code: 'token_invalid' })
  })

  test('what stands behind the token decides, and may add to what is known', async () => {
    const asked: Principal[] = []
    const withAccount = createAuthenticator({
      verify: verifierOf(),
      standing: async (principal) => {
        asked.push(principal)
        return { ...principal, account: 'anna' }
      },
    })
    expect(await withAccount(bearer(token))).toMatchObject({ userId: 42, account: 'anna' })
    expect(asked).toMatchObject([{ tokenId: expect.any(String), securityVersion: 3 }])
  })

  test('a token that counts no more is refused, at once or after a question', async () => {
    for (const standing of [() => null, async () => null]) {
      const refusing = createAuthenticator({ verify: verifierOf(), standing })
      await expect(refusing(bearer(token))).rejects.toMatchObject({ code: 'token_revoked' })
    }
  })

  test('security 22: when its standing cannot be known, nobody gets in', async () => {
    const standing = async (): Promise<Principal> => Promise.reject(new Error('the database is away'))
    const failing = createAuthenticator({ verify: verifierOf(), standing })
    await expect(failing(bearer(token))).rejects.toThrow('the database is away')
  })

  test('the standing of a forged token is not even asked for', async () => {
    const asked: Principal[] = []
    const standing: Standing<Principal> = (principal) => {
      asked.push(principal)
      return principal
    }
    const forged = makeToken(makeKey('RS256', { kid: key.kid }), makeAccessClaims(start))
    const authenticateAsking = createAuthenticator({ verify: verifierOf(), standing })
    await expect(authenticateAsking(bearer(forged))).rejects.toMatchObject({ code: 'token_invalid' })
    expect(asked).toEqual([])
  })

  test('an expired token is enough only where that is said', async () => {
    const later = createAuthenticator({
      verify: verifierOf(() => new Date(start.getTime() + 3_600_000)),
      standing: (principal) => principal,
    })
    await expect(later(bearer(token))).rejects.toMatchObject({ code: 'token_expired' })
    expect(await later(bearer(token), { expiredToo: true })).toMatchObject({ userId: 42 })
  })
})

describe('bearer authentication of any service', () => {
  let server: KeyServer
  let authentication: ReturnType<typeof createBearerAuthentication> | undefined
  beforeEach(async () => {
    server = await startKeyServer([key])
  })
  afterEach(async () => {
    vi.useRealTimers()
    authentication?.close()
    await server.stop()
  })

  const open = (needs: { standing?: Standing<Principal>; fetch?: typeof fetch } = {}) => {
    authentication = createBearerAuthentication({
      jwksUrl: server.url,
      issuer: testIssuer,
      audience: testAudience,
      clock: () => start,
      ...needs,
    })
    return authentication
  }

  test('a thousand requests cost one for the keys', async () => {
    const { authenticate, readiness } = open()
    for (let request = 0; request < 1_000; request += 1) {
      const fresh = request % 10 === 0 ? makeToken(key, makeAccessClaims(start)) : token
      expect(await authenticate(bearer(fresh))).toMatchObject({ userId: 42 })
    }
    expect(server.requests()).toBe(1)
    expect(readiness()).toEqual({ ready: true })
  })

  test('security 5: a token that the service knows to be revoked is refused', async () => {
    const ended = new Set<string>()
    const { authenticate } = open({ standing: (holder) => (ended.has(holder.sessionId) ? null : holder) })
    expect(await authenticate(bearer(token))).toMatchObject({ userId: 42 })
    ended.add('session-1')
    await expect(authenticate(bearer(token))).rejects.toMatchObject({ code: 'token_revoked' })
  })

  test('security 6: whatever a forged token says of its key, only the configured address is asked, and seldom', async () => {
    const attacker = makeKey()
    const theirs = await startKeyServer([attacker])
    try {
      const { authenticate } = open()
      await authenticate(bearer(token))
      const claims = makeAccessClaims(start)
      for (const kid of [attacker.kid, key.kid, theirs.url])
        for (const member of ['jku', 'x5u', 'jwk', 'x5c'])
          for (const value of [theirs.url, attacker.jwk, [theirs.url]]) {
            const forged = makeToken(attacker, claims, { kid, [member]: value })
            await expect(authenticate(bearer(forged))).rejects.toMatchObject({ code: 'token_invalid' })
          }
      for (let names = 0; names < 50; names += 1) {
        const unknown = makeToken({ ...attacker, kid: `made-up-${names}` }, claims)
        await expect(authenticate(bearer(unknown))).rejects.toMatchObject({ code: 'token_invalid' })
      }
      expect(theirs.requests()).toBe(0)
      expect(server.requests()).toBe(2)
    } finally {
      await theirs.stop()
    }
  })

  test('security 6: HS256 under the secret that a published key would be is refused', async () => {
    const shared = makeKey('HS256')
    server.publish([key, shared])
    const { authenticate } = open()
    await authenticate(bearer(token))
    const forged = makeToken(shared, makeAccessClaims(start))
    await expect(authenticate(bearer(forged))).rejects.toMatchObject({ code: 'token_invalid' })
  })

  test('security 7: a refresh token is refused', async () => {
    const { authenticate } = open()
    for (const claims of [makeRefreshClaims(start), makeRefreshClaims(start, { aud: testAudience })])
      await expect(authenticate(bearer(makeToken(key, claims)))).rejects.toMatchObject({
        code: 'token_invalid',
      })
  })

  test('security 8: through a rotation of the keys every token is accepted', async () => {
    const { authenticate } = open()
    const next = makeKey('ES256')
    const expectAccepted = async (signer: typeof key) =>
      expect(await authenticate(bearer(makeToken(signer, makeAccessClaims(start))))).toMatchObject({
        userId: 42,
      })
    await Promise.all(Array.from({ length: 50 }, async () => expectAccepted(key)))
    server.publish([next, key])
    await Promise.all(Array.from({ length: 100 }, async (_, index) => expectAccepted(index % 2 ? next : key)))
    expect(server.requests()).toBe(2)
  })

  test('closed, it asks for keys no more', async () => {
    vi.useFakeTimers()
    const { close } = open({ fetch: async () => Response.json({ keys: [key.jwk] }) })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(vi.getTimerCount()).toBe(1)
    close()
    expect(vi.getTimerCount()).toBe(0)
  })

  test('security 22: without keys it is 503, not 401, and nobody gets in', async () => {
    await server.stop()
    const { authenticate, readiness } = open()
    await expect(authenticate(bearer(token))).rejects.toMatchObject({ code: 'unavailable' })
    expect(readiness().ready).toBe(false)
  })
})
