import { createPublicKey } from 'node:crypto'
import { SignJWT } from 'jose'
import jwt from 'jsonwebtoken'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { ServiceError } from '../errors/service-error.ts'
import { tokenAlgorithms } from './keys.ts'
import { makeKey } from './testing/make-key.ts'
import {
  encode,
  makeAccessClaims,
  makeRefreshClaims,
  makeToken,
  testAudience,
  testIssuer,
} from './testing/make-token.ts'
import { access, expectRefused, keyOf, openVerifiers, start, startSeconds } from './testing/open-verifiers.ts'
import { createTokenVerifier } from './verify-token.ts'

const key = keyOf.RS256

const without = (claims: object, member: string) => ({ ...claims, [member]: undefined })

afterEach(() => {
  vi.restoreAllMocks()
})

describe('a token of ours', () => {
  const { verify, verifyRefresh } = openVerifiers()

  test.each(tokenAlgorithms)('is accepted when its key is bound to %s', async (algorithm) => {
    const claims = access()
    expect(await verify(makeToken(keyOf[algorithm], claims))).toEqual(claims)
  })

  test('is as old as the given clock says, whatever the time is', async () => {
    for (const year of [1990, 2500]) {
      const now = new Date(Date.UTC(year, 0))
      const verifyThen = createTokenVerifier({
        keys: { find: () => key },
        issuer: testIssuer,
        audience: testAudience,
        type: 'access',
        clock: () => now,
      })
      expect(await verifyThen(makeToken(key, makeAccessClaims(now)))).toMatchObject({ sub: '42' })
    }
  })

  test('is accepted as another library writes it', async () => {
    const claims = access()
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'at+jwt' })
      .sign(key.signingKey)
    expect(await verify(token)).toEqual(claims)
  })

  test('may say more than is known today', async () => {
    const claims = access()
    const token = makeToken(key, { ...claims, tenant: 'acme' }, { cty: 'x' })
    expect(await verify(token)).toEqual(claims)
  })

  test('is read-only, so that nobody changes what the next one gets from the cache', async () => {
    const claims = await verify(makeToken(key, access()))
    for (const part of [claims, claims.roles, claims.permissions]) expect(Object.isFrozen(part)).toBe(true)
    expect(Object.isFrozen(await verifyRefresh(makeToken(key, makeRefreshClaims(start))))).toBe(true)
  })

  test('is refused when a claim is missing or of another kind', async () => {
    const members = ['iss', 'aud', 'sub', 'iat', 'exp', 'jti', 'type', 'role', 'sid']
    for (const member of [...members, 'roles', 'permissions', 'name', 'ver']) {
      await expectRefused(verify(makeToken(key, without(access(), member))))
      await expectRefused(verify(makeToken(key, access({ [member]: { not: 'this' } }))))
      await expectRefused(verify(makeToken(key, access({ [member]: null }))))
    }
    for (const member of members)
      await expectRefused(verifyRefresh(makeToken(key, without(makeRefreshClaims(start), member))))
    for (const claims of [null, 'text', 7, [], {}]) await expectRefused(verify(makeToken(key, claims)))
  })

  test.each([
    '0',
    '01',
    '-1',
    '+1',
    '1.0',
    '1e3',
    ' 1',
    '1 ',
    '',
    '٣',
    '9007199254740992',
    '99999999999999999',
    1,
  ])('is refused when its subject is %j, which is no user id', async (sub) => {
    await expectRefused(verify(makeToken(key, access({ sub }))))
  })

  test('is accepted for the greatest user id', async () => {
    const sub = String(Number.MAX_SAFE_INTEGER)
    expect(await verify(makeToken(key, access({ sub })))).toMatchObject({ sub })
  })
})

describe('the cache of verified tokens', () => {
  const countSignatures = () => {
    const spy = vi.spyOn(jwt, 'verify')
    return () => spy.mock.calls.length
  }

  test('a token that comes again costs no second signature', async () => {
    const signatures = countSignatures()
    const { verify } = openVerifiers()
    const token = makeToken(key, access())
    const first = await verify(token)
    for (let again = 0; again < 100; again += 1) expect(await verify(token)).toBe(first)
    expect(signatures()).toBe(1)
  })

  test('the signature of a token verified before is worth nothing under other claims', async () => {
    const { verify } = openVerifiers()
    const token = makeToken(key, access())
    const claims = await verify(token)
    const [head, , signature] = token.split('.')
    const [, others] = makeToken(key, access({ sub: '1' })).split('.')
    await expectRefused(verify([head, others, signature].join('.')))
    expect(await verify(token)).toBe(claims)
  })

  test('a token verified once is refused once its key is gone', async () => {
    const { verify, known } = openVerifiers()
    const token = makeToken(key, access())
    await verify(token)
    known.delete(key.kid)
    await expectRefused(verify(token))
  })

  test('a token verified once is refused once another key has the name of its key', async () => {
    const { verify, known } = openVerifiers()
    const token = makeToken(key, access())
    await verify(token)
    known.set(key.kid, makeKey('RS256', { kid: key.kid }))
    await expectRefused(verify(token))
    known.set(key.kid, { ...key, key: createPublicKey(key.key.export({ type: 'spki', format: 'pem' })) })
    expect(await verify(token)).toMatchObject({ sub: '42' })
  })

  test('a token verified once is refused once it has expired, and is no other for signing out', async () => {
    const { verify, pass } = openVerifiers()
    const token = makeToken(key, access())
    const claims = await verify(token)
    pass(1_800_000)
    await expectRefused(verify(token), 'token_expired')
    expect(await verify(token, { expiredToo: true })).toEqual(claims)
    await expectRefused(verify(token), 'token_expired')
  })

  test('a token that was refused is looked at anew', async () => {
    const signatures = countSignatures()
    const { verify, known, pass } = openVerifiers()
    const forged = makeToken(makeKey('RS256', { kid: key.kid }), access())
    await expectRefused(verify(forged))
    await expectRefused(verify(forged))
    expect(signatures()).toBe(2)

    const early = makeToken(key, access({ nbf: startSeconds + 60 }))
    await expectRefused(verify(early))
    await expectRefused(verify(early))
    expect(signatures()).toBe(4)
    pass(60_000)
    expect(await verify(early)).toBeTruthy()

    const newcomer = makeKey('ES256')
    const token = makeToken(newcomer, access())
    await expectRefused(verify(token))
    known.set(newcomer.kid, newcomer)
    expect(await verify(token)).toBeTruthy()
  })

  test('it holds no more than it may; what is in use stays', async () => {
    const { verify } = openVerifiers({ maxCached: 10 })
    const tokens = Array.from({ length: 100 }, () => makeToken(keyOf.HS256, access()))
    const [busy = ''] = tokens
    const signatures = countSignatures()
    for (const token of tokens) {
      await verify(token)
      await verify(busy)
    }
    expect(signatures()).toBe(100)
    for (const token of tokens.toReversed()) await verify(token)
    expect(signatures()).toBeGreaterThanOrEqual(190)
  })

  test('0 keeps none', async () => {
    const signatures = countSignatures()
    const { verify } = openVerifiers({ maxCached: 0 })
    const token = makeToken(key, access())
    await verify(token)
    await verify(token)
    expect(signatures()).toBe(2)
  })
})

describe('keys that are not at hand', () => {
  const needs = { issuer: testIssuer, audience: testAudience, type: 'access', clock: () => start } as const

  test('are waited for', async () => {
    const verify = createTokenVerifier({ ...needs, keys: { find: async () => key } })
    expect(await verify(makeToken(key, access()))).toMatchObject({ sub: '42' })
    const lost = createTokenVerifier({ ...needs, keys: { find: async () => undefined } })
    await expectRefused(lost(makeToken(key, access())))
  })

  test('security 22: when nobody can know them, a token is neither accepted nor called wrong', async () => {
    const find = async () => Promise.reject(new ServiceError('unavailable'))
    const verify = createTokenVerifier({ ...needs, keys: { find } })
    await expectRefused(verify(makeToken(key, access())), 'unavailable')
  })
})

test('security 21: what a refusal says for the log holds nothing of the token', async () => {
  const { verify, verifyRefresh } = openVerifiers()
  const secret = 'words-of-a-token'
  const headed = (typ: string) =>
    `${encode({ alg: 'RS256', kid: key.kid, typ })}.${Buffer.from(secret).toString('base64url')}.AAAA`
  const texts = [headed('at+jwt'), headed('JWT'), `${secret}.e30.AAAA`, secret]
  texts.push(makeToken(key, access({ iss: secret })), makeToken(key, access({ sub: secret })))
  for (const text of texts) {
    for (const verifyOne of [verify, verifyRefresh]) {
      const error = await verifyOne(text).then(
        () => expect.fail('it was accepted'),
        (reason: unknown) => reason as ServiceError,
      )
      expect(`${error.message} ${String(error.cause)} ${error.detail}`).not.toContain('words')
      expect(error.cause).toBeInstanceOf(Error)
    }
  }
})
