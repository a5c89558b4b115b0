import { readSettings } from '@accounts/shared/config/read-settings'
import { createBearerAuthentication } from '@accounts/shared/tokens/authenticate'
import { tokenSettings } from '@accounts/shared/config/token-settings'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import { makeToken } from '@accounts/shared/tokens/testing/make-token'
import { expect, test } from 'vitest'
import { readToken } from '../world/read-token.ts'
import { kidOf, startLoad } from '../testing/start-load.ts'
import type { System } from '../testing/start-system.ts'
import type { World } from '../world/world.ts'

const clients = 8
const patience = { timeout: 15_000, interval: 20 }

/** What takes more than an address: the keys that sign. */
export const describeSigningKeys = (world: () => World, system: () => System) => {
  test('6. also signed by auth-service: a wrong aud or iss, expired, not yet valid, jku, x5u, jwk: 401', async () => {
    const { people, statusOf, tryRefresh } = world()
    const [person, other] = [await people.register(), await people.register()]
    const key = await system().keys.signing()
    const { claims } = readToken(person.token_pair.access_token.token)
    const refreshClaims = readToken(person.token_pair.refresh_token.token).claims
    const now = Math.floor(Date.now() / 1000)
    const url = 'https://keys.example/keys.json'

    expect(await statusOf(makeToken(key, claims))).toBe(200)
    for (const change of [
      { aud: 'others' },
      { aud: refreshClaims['aud'] },
      { aud: [claims['aud'], 'others'] },
      { iss: 'https://issuer.example' },
      { exp: now - 1 },
      { exp: undefined },
      { nbf: now + 60 },
      { iat: now + 60 },
      { type: 'refresh' },
      { sub: String(other.user.id) },
      { sid: readToken(other.token_pair.access_token.token).claims['sid'] },
      { ver: Number(claims['ver']) + 1 },
    ])
      expect(await statusOf(makeToken(key, { ...claims, ...change })), JSON.stringify(change)).toBe(401)
    for (const member of [
      { jku: url },
      { x5u: url },
      { jwk: makeKey().jwk },
      { crit: ['exp'] },
      { kid: 'another' },
      { typ: 'JWT' },
    ])
      expect(await statusOf(makeToken(key, claims, member)), JSON.stringify(member)).toBe(401)
    for (const change of [
      { aud: claims['aud'] },
      { iss: 'x' },
      { exp: now - 1 },
      { sub: String(other.user.id) },
    ])
      expect((await tryRefresh(makeToken(key, { ...refreshClaims, ...change }))).status).toBe(401)
    await world().refresh(person.token_pair.refresh_token.token)
  })

  test('8. keys are rotated and retired under load: no 401', { timeout: 60_000 }, async () => {
    const { people, publishedKeys, statusOf } = world()
    const { keys, jwksUrl } = system()
    const person = await people.register()
    const signIn = async () => (await people.login(person)).token_pair
    const published = async () => (await publishedKeys()).map(({ kid }) => kid)
    const idle = await signIn()
    const old = String(kidOf(idle))

    const { authenticate, close } = verifierOf(jwksUrl)
    const load = startLoad({
      world: world(),
      pairs: await Promise.all(Array.from({ length: clients }, signIn)),
      verify: async (token) => authenticate({ header: () => `Bearer ${token}` }),
    })
    const expectAll = async (kid: string) => {
      const before = load.fewestExchanges()
      await expect.poll(load.fewestExchanges, patience).toBeGreaterThan(before + 1)
      await expect.poll(load.state, patience).toEqual({ kids: [kid], faults: [] })
    }
    try {
      const waiting = await keys.rotate({ now: false })
      await expect.poll(published, patience).toEqual([waiting.kid, old])
      // Published, but nobody has to know it yet.
      await expectAll(old)

      const { kid } = await keys.rotate({ now: true })
      await expect.poll(published, patience).toEqual([kid, old])
      await expectAll(kid)
      expect(await statusOf(idle.access_token.token)).toBe(200)

      await keys.retire(old)
      await expect.poll(published, patience).toEqual([kid])
      expect(await statusOf(idle.access_token.token)).toBe(401)
      await expectAll(kid)
    } finally {
      await load.stop()
      close()
    }
    expect(load.state().faults).toEqual([])
  })
}

/** Somebody else who takes these tokens, as user-service does. */
const verifierOf = (jwksUrl: string) => {
  const { JWT_ISSUER, JWT_AUDIENCE } = readSettings(tokenSettings, {})
  return createBearerAuthentication({ jwksUrl, issuer: JWT_ISSUER, audience: JWT_AUDIENCE })
}
