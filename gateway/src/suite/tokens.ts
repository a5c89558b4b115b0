import { createHmac } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import {
  encode,
  makeAccessClaims,
  makeRefreshClaims,
  makeToken,
} from '@accounts/shared/tokens/testing/make-token'
import { afterEach, describe, expect, it } from 'vitest'
import { type Bench, hastyKeyCacheSeconds } from './bench.ts'
import type { Answer, Sent } from './client.ts'
import { type GatewayProcess, startGateway } from './gateway-process.ts'
import { send } from './client.ts'
import { until } from './until.ts'

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` })

const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset

/** KrakenD refuses without a word; the client learns nothing but the status. */
const expectRefusal = (answer: Answer, status: number) => {
  expect(answer).toMatchObject({ status, text: '', cut: false })
  expect(answer.headers['content-type']).toBeUndefined()
}

export const describeTokens = (bench: () => Bench) => {
  const mine = async (token: string, extra: Partial<Sent> = {}) =>
    bench().send({ path: '/api/mine', ...extra, headers: { ...bearer(token), ...extra.headers } })
  const atService = () => bench().upstream.received()

  describe('1. a route for who is signed in', () => {
    it('lets a valid access token through, to the service as well', async () => {
      const token = bench().token()
      expect(await mine(token)).toMatchObject({ status: 200 })
      expect(atService()[0]?.headers['authorization']).toEqual([`Bearer ${token}`])
    })

    it.each<[string, (b: Bench) => Record<string, string>]>([
      ['no token', () => ({})],
      ['garbage', () => bearer('x.y.z')],
      ['a scheme of another kind', () => ({ Authorization: 'Basic dXNlcjpwYXNzd29yZA==' })],
      ['an expired token', ({ token }) => bearer(token({ iat: seconds(-4_000), exp: seconds(-60) }))],
      [
        'a token of tomorrow',
        ({ token }) => bearer(token({ nbf: seconds(86_400), iat: seconds(86_400), exp: seconds(90_000) })),
      ],
      ['another audience', ({ token }) => bearer(token({ aud: 'somebody-else' }))],
      ['another issuer', ({ token }) => bearer(token({ iss: 'https://issuer.example' }))],
      ['a refresh token', ({ key }) => bearer(makeToken(key, makeRefreshClaims(new Date())))],
      ['a key that nobody has published', () => bearer(makeToken(makeKey(), makeAccessClaims(new Date())))],
      [
        'another key under a published name',
        ({ key }) => bearer(makeToken({ ...makeKey(), kid: key.kid }, makeAccessClaims(new Date()))),
      ],
      [
        'another algorithm with a published name',
        ({ key }) => bearer(makeToken(makeKey('ES256', { kid: key.kid }), makeAccessClaims(new Date()))),
      ],
      [
        'alg none',
        () => bearer(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(makeAccessClaims(new Date()))}.`),
      ],
      [
        'HS256 signed with the public key',
        ({ key }) => {
          const input = `${encode({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })}.${encode(makeAccessClaims(new Date()))}`
          const secret = key.key.export({ type: 'spki', format: 'pem' })
          return bearer(`${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`)
        },
      ],
      [
        'a changed payload',
        ({ token }) => {
          const [header, , signature] = token().split('.')
          return bearer(`${header}.${encode(makeAccessClaims(new Date(), { sub: '1' }))}.${signature}`)
        },
      ],
    ])('answers %s with 401, without a body, and asks no service', async (_, headersOf) => {
      expectRefusal(await bench().send({ path: '/api/mine', headers: headersOf(bench()) }), 401)
      expect(atService()).toEqual([])
    })

    it('takes an expired token where signing out is all that it is for', async () => {
      const token = bench().token({ iat: seconds(-4_000), exp: seconds(-60) })
      expect(
        await bench().send({ method: 'POST', path: '/api/leave', headers: bearer(token) }),
      ).toMatchObject({
        status: 200,
      })
      expect(atService()).toMatchObject([{ url: '/leave', headers: { authorization: [`Bearer ${token}`] } }])
    })

    it('asks nobody for a token where anyone may call', async () => {
      expect(await bench().send({ path: '/api/echo', headers: bearer('x.y.z') })).toMatchObject({
        status: 200,
      })
    })
  })

  describe('2. a route for roles', () => {
    const act = async (roles: unknown) =>
      bench().send({ method: 'POST', path: '/api/others/7', headers: bearer(bench().token({ roles })) })

    it.each([[['user']], [[]], [['administrator']], [['ADMIN']]])(
      'answers %j with 403, without a body',
      async (roles) => {
        expectRefusal(await act(roles), 403)
        expect(atService()).toEqual([])
      },
    )

    it.each([[['user', 'admin']], [['support']]])('lets %j through, with the right id', async (roles) => {
      expect(await act(roles)).toMatchObject({ status: 200 })
      expect(atService()).toMatchObject([{ method: 'POST', url: '/others/7' }])
    })

    it('answers nobody with 401', async () => {
      expectRefusal(await bench().send({ method: 'POST', path: '/api/others/7' }), 401)
    })
  })

  describe('3. a claimed identity', () => {
    it('is overwritten where a token says who it is', async () => {
      const forged = { 'X-User-Id': '1' }
      expect(await mine(bench().token({ sub: '42' }), { headers: forged })).toMatchObject({ status: 200 })
      expect(atService()[0]?.headers['x-user-id']).toEqual(['42'])
    })

    it('is dropped where nobody is asked', async () => {
      const headers = { ...bearer(bench().token()), 'X-User-Id': '1' }
      for (const path of ['/api/echo', '/api/leave'])
        await bench().send({ method: path === '/api/leave' ? 'POST' : 'GET', path, headers })
      expect(atService()).toHaveLength(2)
      for (const received of atService()) expect(received.headers).not.toHaveProperty('x-user-id')
    })
  })

  it('4. a token in a cookie is none', async () => {
    const token = bench().token()
    for (const name of ['access_token', 'token', 'jwt', 'session']) {
      const answer = await bench().send({ path: '/api/mine', headers: { Cookie: `${name}=${token}` } })
      expectRefusal(answer, 401)
    }
  })

  describe('keys', () => {
    const started: GatewayProcess[] = []
    afterEach(async () => {
      bench().upstream.publish([bench().key])
      await Promise.all(started.splice(0).map((gateway) => gateway.remove()))
    })

    it('10. a token under a new key works at once when the key is published, beside those of the old one', async () => {
      const next = makeKey()
      bench().upstream.publish([bench().key, next])
      // Whatever is asked for first: no key is known by then.
      expect(await mine(makeToken(next, makeAccessClaims(new Date())))).toMatchObject({ status: 200 })
      expect(await mine(bench().token())).toMatchObject({ status: 200 })
    })

    it('10. a key that is taken away verifies nothing when the cache is over', async () => {
      const ask = async () => bench().sendHasty({ path: '/api/mine', headers: bearer(bench().token()) })
      expect(await ask()).toMatchObject({ status: 200 })
      bench().upstream.publish([makeKey()])
      await wait((hastyKeyCacheSeconds + 0.5) * 1000)
      expectRefusal(await ask(), 401)
    })

    it('11. that are away at the start: it starts, answers 401, and recovers by itself', async () => {
      bench().upstream.publish()
      bench().upstream.answerWith((_, response) => void response.writeHead(503).end())
      const { engine, environment } = bench()
      const gateway = await startGateway({ engine, environment, text: await bench().render() })
      started.push(gateway)
      const ask = async () => send(gateway.url, { path: '/api/mine', headers: bearer(bench().token()) })
      expectRefusal(await ask(), 401)
      expect(await send(gateway.url, { path: '/api/echo' })).toMatchObject({ status: 503 })

      bench().upstream.publish([bench().key])
      bench().upstream.reset()
      await until('the token is good', async () => (await ask()).status === 200)
    })
  })
}
