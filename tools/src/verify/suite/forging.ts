import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import { encode, makeToken } from '@accounts/shared/tokens/testing/make-token'
import { startKeyServer } from '@accounts/shared/tokens/testing/start-key-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Person } from '../world/people.ts'
import { readToken } from '../world/read-token.ts'
import type { World } from '../world/world.ts'

export const describeForging = (world: () => World) => {
  describe('forged tokens', () => {
    let victim: Person
    beforeAll(async () => {
      victim = await world().people.register()
    })
    afterAll(async () => {
      // Refused for what they are, not because there would be nobody behind them.
      expect(await world().statusOf(victim.token_pair.access_token.token)).toBe(200)
    })

    const genuine = (type: 'access' | 'refresh' = 'access') => {
      const { token } = victim.token_pair[`${type}_token`]
      return { token, parts: token.split('.') as [string, string, string], ...readToken(token) }
    }
    const expectRefused = async (token: string) => expect(await world().statusOf(token)).toBe(401)

    test('6. alg:none is refused, with and without a signature, however it is written', async () => {
      const access = genuine()
      for (const alg of ['none', 'None', 'NONE', 'nOnE', '']) {
        const head = encode({ ...access.header, alg })
        await expectRefused(`${head}.${access.parts[1]}.`)
        await expectRefused(`${head}.${access.parts[1]}.${access.parts[2]}`)
      }
      await expectRefused(`${access.parts[0]}.${access.parts[1]}.`)
      const { header, parts } = genuine('refresh')
      const refresh = await world().tryRefresh(`${encode({ ...header, alg: 'none' })}.${parts[1]}.`)
      expect(refresh).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
    })

    test('6. HS256 signed with a published key is refused, in every form the key can be had in', async () => {
      const { claims } = genuine()
      for (const jwk of await world().publishedKeys())
        for (const form of formsOf(jwk)) {
          const signingKey = createSecretKey(Buffer.from(form))
          await expectRefused(makeToken({ kid: jwk.kid, algorithm: 'HS256', signingKey }, claims))
        }
    })

    test('6. an unknown kid, a known one with the signature of another key, and changed claims are refused', async () => {
      const { header, claims, parts } = genuine()
      const stranger = makeKey()
      await expectRefused(makeToken(stranger, claims))
      const known = String(header['kid'])
      await expectRefused(makeToken({ ...stranger, kid: known }, claims))
      for (const kid of [undefined, '', 7, '__proto__', '../../dev/null', `${known}' or '1'='1`])
        await expectRefused(makeToken(stranger, claims, { kid }))
      for (const change of [
        { sub: `${String(claims['sub'])}1` },
        { roles: ['admin'], role: 'admin' },
        { exp: 4_102_444_800 },
      ])
        await expectRefused([parts[0], encode({ ...claims, ...change }), parts[2]].join('.'))
    })

    test('6. a token that brings its key, or says where to get it, is refused and nothing is fetched', async () => {
      const { header, claims } = genuine()
      const stranger = makeKey()
      // Found by a target on this machine only; elsewhere the refusal is all that is seen.
      const server = await startKeyServer([stranger])
      try {
        const x5c = [stranger.key.export({ type: 'spki', format: 'der' }).toString('base64')]
        for (const member of [{ jku: server.url }, { x5u: server.url }, { jwk: stranger.jwk }, { x5c }]) {
          await expectRefused(makeToken(stranger, claims, member))
          await expectRefused(makeToken(stranger, claims, { ...member, kid: header['kid'] }))
        }
        await expectRefused(makeToken(stranger, claims, { kid: server.url }))
        await expectRefused(makeToken(stranger, { ...claims, iss: new URL(server.url).origin }))
        expect(server.requests()).toBe(0)
      } finally {
        await server.stop()
      }
    })

    test('7. a refresh token is no access token, and an access token no refresh token', async () => {
      const { call, tryRefresh } = world()
      const [access, refresh] = [genuine().token, genuine('refresh').token]
      await expectRefused(refresh)
      const bodies = {
        '/api/account-delete': undefined,
        '/api/logout': { refresh_token: refresh },
        '/api/password/change': { current_password: victim.password, new_password: 'Never-Set-456!' },
      }
      for (const [path, body] of Object.entries(bodies))
        expect((await call('POST', path, { token: refresh, body })).status).toBe(401)
      const asRefresh = { status: 401, body: { code: 'token_invalid' } }
      expect(await tryRefresh(access)).toMatchObject(asRefresh)
      const logout = await call('POST', '/api/logout', { token: access, body: { refresh_token: access } })
      expect(logout).toMatchObject(asRefresh)
    })
  })
}

const formsOf = (jwk: object): (string | Buffer)[] => {
  const key: KeyObject = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  const pem = key.export({ type: 'spki', format: 'pem' }) as string
  const forms = [pem, pem.trim(), key.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk)]
  if (key.asymmetricKeyType !== 'rsa') return forms
  const pkcs1 = key.export({ type: 'pkcs1', format: 'pem' }) as string
  return [...forms, pkcs1, key.export({ type: 'pkcs1', format: 'der' })]
}
