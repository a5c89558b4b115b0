import { createSecretKey } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenAlgorithms } from './keys.ts'
import { makeKey } from './testing/make-key.ts'
import { encode, makeRefreshClaims, makeToken, testAudience, testIssuer } from './testing/make-token.ts'
import { access, expectRefused, keyOf, openVerifiers, start, startSeconds } from './testing/open-verifiers.ts'
import { startKeyServer } from './testing/start-key-server.ts'

const key = keyOf.RS256

const characters = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/=')

describe('security 6: forged and foreign tokens', () => {
  const { verify } = openVerifiers()
  const claims = access()
  const genuine = makeToken(key, claims)
  const [header = '', payload = '', signature = ''] = genuine.split('.')

  test('alg:none is refused, with and without a signature, however it is written', async () => {
    for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
      const head = encode({ alg, kid: key.kid, typ: 'at+jwt' })
      await expectRefused(verify(`${head}.${payload}.`))
      await expectRefused(verify(`${head}.${payload}.${signature}`))
    }
    await expectRefused(verify(`${header}.${payload}.`))
  })

  test('HS256 signed with the public key is refused, in every form the key can be had in', async () => {
    for (const { key: publicKey, kid } of [keyOf.RS256, keyOf.ES256]) {
      const spki = publicKey.export({ type: 'spki', format: 'pem' }) as string
      const forms = [
        spki,
        spki.trim(),
        spki.replaceAll('\n', ''),
        publicKey.export({ type: 'spki', format: 'der' }),
        JSON.stringify(publicKey.export({ format: 'jwk' })),
        ...(publicKey.asymmetricKeyType === 'rsa'
          ? [
              publicKey.export({ type: 'pkcs1', format: 'pem' }) as string,
              publicKey.export({ type: 'pkcs1', format: 'der' }),
            ]
          : []),
      ]
      for (const form of forms) {
        const secret = createSecretKey(Buffer.from(form))
        await expectRefused(verify(makeToken({ kid, algorithm: 'HS256', signingKey: secret }, claims)))
      }
    }
  })

  test('only the algorithm that the key is bound to is accepted, whatever the header says', async () => {
    const { kid, signingKey } = keyOf.RS256
    for (const algorithm of ['RS384', 'RS512', 'PS256', 'PS384'] as const)
      await expectRefused(verify(makeToken({ kid, algorithm, signingKey }, claims)))
    await expectRefused(verify(makeToken({ ...keyOf.PS256, algorithm: 'RS256' }, claims)))
    // Signed rightly, but by its header something else.
    await expectRefused(verify(makeToken(keyOf.RS256, claims, { alg: 'PS256' })))
    await expectRefused(verify(makeToken(keyOf.HS256, claims, { alg: 'RS256' })))
    await expectRefused(verify(makeToken(keyOf.ES256, claims, { alg: 'ES384' })))
    await expectRefused(verify(makeToken(keyOf.RS256, claims, { alg: undefined })))
  })

  test('an unknown kid, none, and one that is no name are refused', async () => {
    await expectRefused(verify(makeToken(makeKey('ES256'), claims)))
    for (const kid of [
      undefined,
      '',
      null,
      7,
      ['a'],
      { a: 1 },
      '__proto__',
      'constructor',
      '../../etc/passwd',
    ])
      await expectRefused(verify(makeToken(key, claims, { kid })))
  })

  test("another key's signature under a known kid is refused", async () => {
    for (const algorithm of tokenAlgorithms) {
      const stranger = makeKey(algorithm, { kid: keyOf[algorithm].kid })
      await expectRefused(verify(makeToken(stranger, claims)))
    }
  })

  test('another issuer and another audience are refused, also among several', async () => {
    for (const iss of ['https://other.test', `${testIssuer}/`, [testIssuer]])
      await expectRefused(verify(makeToken(key, access({ iss }))))
    for (const aud of ['other', `${testAudience}/refresh`, [testAudience], [testAudience, 'other'], ''])
      await expectRefused(verify(makeToken(key, access({ aud }))))
  })

  test('an expired one is refused from the very instant on, without tolerance', async () => {
    const { verify: verifyNow, pass } = openVerifiers()
    const token = makeToken(key, access({ exp: startSeconds + 10 }))
    pass(9_999)
    await verifyNow(token)
    pass(1)
    await expectRefused(verifyNow(token), 'token_expired')
    await expectRefused(verify(makeToken(key, access({ exp: startSeconds }))), 'token_expired')
  })

  test('an expired one is accepted where that is asked for, but must be right in all else', async () => {
    const changes = { iat: startSeconds - 9_000, exp: startSeconds - 1 }
    const token = makeToken(key, access(changes))
    expect(await verify(token, { expiredToo: true })).toMatchObject(changes)
    await expectRefused(verify(token), 'token_expired')
    const forged = makeToken(makeKey('RS256', { kid: key.kid }), access(changes))
    await expectRefused(verify(forged, { expiredToo: true }))
    await expectRefused(verify(makeToken(key, access({ ...changes, aud: 'other' })), { expiredToo: true }))
    const future = makeToken(key, access({ ...changes, iat: startSeconds + 60 }))
    await expectRefused(verify(future, { expiredToo: true }))
  })

  test('that it has expired is told only of one that is ours', async () => {
    const exp = startSeconds - 1
    await expectRefused(verify(makeToken(makeKey('RS256', { kid: key.kid }), access({ exp }))))
    await expectRefused(verify(makeToken(key, access({ exp, iss: 'https://other.test' }))))
  })

  test('one that is not valid yet is refused; clocks may differ by five seconds', async () => {
    for (const member of ['nbf', 'iat']) {
      expect(await verify(makeToken(key, access({ [member]: startSeconds + 5 })))).toBeTruthy()
      await expectRefused(verify(makeToken(key, access({ [member]: startSeconds + 6 }))))
    }
  })

  test('one without an end, or with one that is no time, is refused', async () => {
    for (const exp of [undefined, '4102444800', 1e300, -1, 4102444800.5, Number.MAX_SAFE_INTEGER, true])
      await expectRefused(verify(makeToken(key, access({ exp }))))
  })

  test('jku, jwk, x5u, x5c and crit are refused even under our own signature, and nothing is fetched', async () => {
    const attacker = makeKey()
    const server = await startKeyServer([attacker])
    try {
      const x5c = [attacker.key.export({ type: 'spki', format: 'der' }).toString('base64')]
      const members = { jku: server.url, jwk: attacker.jwk, x5u: server.url, x5c, crit: ['exp'] }
      for (const [name, value] of Object.entries(members)) {
        await expectRefused(verify(makeToken(attacker, claims, { [name]: value })))
        await expectRefused(verify(makeToken(attacker, claims, { [name]: value, kid: key.kid })))
        for (const ours of [value, null, ''])
          await expectRefused(verify(makeToken(key, claims, { [name]: ours })))
      }
      await expectRefused(verify(makeToken(attacker, claims, { kid: server.url })))
      expect(server.requests()).toBe(0)
    } finally {
      await server.stop()
    }
  })

  test('psychic signatures are refused: zeros, the order of the curve, nothing at all', async () => {
    const input = makeToken(keyOf.ES256, claims).split('.').slice(0, 2).join('.')
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex')
    const forms = [Buffer.alloc(64), Buffer.concat([order, order]), Buffer.alloc(64, 255), Buffer.alloc(0)]
    forms.push(Buffer.from([0x30, 6, 2, 1, 0, 2, 1, 0]))
    for (const form of forms) await expectRefused(verify(`${input}.${form.toString('base64url')}`))
  })

  test('a changed payload or header is refused', async () => {
    await expectRefused(verify([header, encode({ ...claims, sub: '1' }), signature].join('.')))
    await expectRefused(verify([header, encode({ ...claims, roles: ['admin'] }), signature].join('.')))
    const other = encode({ typ: 'at+jwt', alg: 'RS256', kid: key.kid })
    await expectRefused(verify([other, payload, signature].join('.')))
  })

  test('what is longer than 8 kB is refused, however genuine', async () => {
    const padded = (length: number) => makeToken(key, { ...claims, padding: 'x'.repeat(length) })
    const spare = Math.floor(((8_192 - padded(0).length) * 3) / 4)
    expect(padded(spare).length).toBeGreaterThan(8_188)
    expect(await verify(padded(spare))).toEqual(claims)
    await expectRefused(verify(padded(spare + 4)))
  })

  test('what is no token at all is refused', async () => {
    for (const text of [
      '',
      '.',
      '..',
      '...',
      'a.b.c',
      'null.null.null',
      `${encode(null)}.${payload}.x`,
      '\0',
      '🔑',
    ])
      await expectRefused(verify(text))
    for (const head of [null, [], 'text', 7, {}])
      await expectRefused(verify(`${encode(head)}.${payload}.${signature}`))
  })
})

describe('one token is written in one way', () => {
  const { verify } = openVerifiers()

  test('trailing and leading garbage is refused, also what decoders pass over', async () => {
    // Their signatures fill whole groups of base64: another character after them decodes to nothing.
    const long = [keyOf.ES384, makeKey('RS256', { rsaBits: 3072 })]
    const { verify: verifyLong } = openVerifiers({ keys: [...Object.values(keyOf), ...long] })
    for (const signer of [...Object.values(keyOf), ...long]) {
      const token = makeToken(signer, access())
      for (const text of [`${token}A`, `${token}x`, `${token}=`, `${token}==`, `${token}.`, `${token}.e30`])
        await expectRefused(verifyLong(text))
      for (const text of [`${token}\n`, ` ${token}`, `${token}\0`, `.${token}`, token.replace('.', '..')])
        await expectRefused(verifyLong(text))
      expect(await verifyLong(token)).toBeTruthy()
    }
  })

  test.each(['RS256', 'ES256', 'HS256'] as const)(
    '%s: no other last character is accepted',
    async (algorithm) => {
      const token = makeToken(keyOf[algorithm], access())
      for (const character of characters.filter((each) => each !== token.at(-1)))
        await expectRefused(verify(token.slice(0, -1) + character))
      expect(await verify(token)).toBeTruthy()
    },
  )

  test.each(['RS256', 'ES256', 'HS256'] as const)(
    '%s: no single change of a token is accepted',
    async (algorithm) => {
      const token = makeToken(keyOf[algorithm], access())
      expect(await verify(token)).toBeTruthy()
      const place = fc.nat(token.length - 1)
      const character = fc.oneof(
        fc.constantFrom(...characters, '.'),
        fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
      )
      const mutation = fc.oneof(
        fc.tuple(place, character).map(([at, by]) => token.slice(0, at) + by + token.slice(at + 1)),
        fc.tuple(place, character).map(([at, by]) => token.slice(0, at) + by + token.slice(at)),
        place.map((at) => token.slice(0, at) + token.slice(at + 1)),
      )
      await fc.assert(
        fc.asyncProperty(
          mutation.filter((text) => text !== token),
          async (text) => expectRefused(verify(text)),
        ),
        { numRuns: 500 },
      )
    },
  )
})

describe('security 7: one type of token never passes as the other', () => {
  const { verify, verifyRefresh } = openVerifiers()

  test('a refresh token as access, and an access token as refresh, is refused', async () => {
    const refresh = makeToken(key, makeRefreshClaims(start))
    const token = makeToken(key, access())
    expect(await verify(token)).toMatchObject({ type: 'access' })
    expect(await verifyRefresh(refresh)).toMatchObject({ type: 'refresh' })
    await expectRefused(verify(refresh))
    await expectRefused(verifyRefresh(token))
    await expectRefused(verify(refresh, { expiredToo: true }))
    await expectRefused(verifyRefresh(token, { expiredToo: true }))
  })

  test('each of type, audience and header alone is enough to refuse it', async () => {
    const refreshClaims = makeRefreshClaims(start)
    for (const typ of ['JWT', 'jwt', 'AT+JWT', 'application/at+jwt', '', null, undefined])
      await expectRefused(verify(makeToken(key, access(), { typ })))
    await expectRefused(verify(makeToken(key, access({ type: 'refresh' }), { typ: 'at+jwt' })))
    await expectRefused(verify(makeToken(key, access({ aud: refreshClaims['aud'] }))))
    for (const typ of ['at+jwt', 'jwt', '', null, undefined])
      await expectRefused(verifyRefresh(makeToken(key, refreshClaims, { typ })))
    await expectRefused(verifyRefresh(makeToken(key, { ...refreshClaims, type: 'access' }, { typ: 'JWT' })))
    await expectRefused(verifyRefresh(makeToken(key, { ...refreshClaims, aud: testAudience })))
  })
})
