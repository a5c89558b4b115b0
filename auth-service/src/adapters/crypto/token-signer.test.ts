import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { tokenAlgorithms } from '@accounts/shared/tokens/keys'
import { generateSigningKey } from './key-material.ts'
import { createKeySet } from './key-set.ts'
import { readSecretKey } from '@accounts/shared/tokens/secret-key'
import { now } from './testing/key-samples.ts'
import { createTokenSigner } from './token-signer.ts'

const seconds = Math.floor(now.getTime() / 1000)
const secret = 'x7Q!mZ3#pL9@vR2$kT6%wN8^bY4&cF1*'

describe('token signer', () => {
  it.each(tokenAlgorithms)(
    '%s: the claims as given, and a header that names key, algorithm and type',
    async (name) => {
      const key = name === 'HS256' ? readSecretKey(secret) : await generateSigningKey(name)
      const keys = createKeySet([{ ...key, createdAt: null, signsFrom: null, retiresAt: null }], () => now)
      const claims = Object.freeze({ sub: '7', iat: seconds, exp: seconds + 60, roles: ['user'] })
      const token = createTokenSigner(keys)(claims, 'at+jwt')
      expect(decodeProtectedHeader(token)).toEqual({ alg: name, kid: key.kid, typ: 'at+jwt' })
      const verification = keys.find(key.kid)!
      const { payload } = await jwtVerify(token, verification.key, { algorithms: [name], currentDate: now })
      expect(payload).toEqual(claims)
    },
  )

  it('adds no time of its own', async () => {
    const key = readSecretKey(secret)
    const token = createTokenSigner({ current: () => key })({ sub: '7' }, 'JWT')
    expect((await jwtVerify(token, key.key)).payload).toEqual({ sub: '7' })
    expect(decodeProtectedHeader(token).typ).toBe('JWT')
  })
})
