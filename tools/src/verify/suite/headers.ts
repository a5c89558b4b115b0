import { expect, test } from 'vitest'
import type { Answer } from '../world/client.ts'
import { newLogin, password } from '../world/people.ts'
import type { World } from '../world/world.ts'

const securityHeaders = [
  'content-security-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
]

const Origin = 'https://unknown-origin.example'

export const describeHeaders = (world: () => World) => {
  const everyKindOfAnswer = async (): Promise<Answer[]> => {
    const { people, call } = world()
    const person = await people.register()
    const { token } = person.token_pair.access_token
    const headers = { Origin }
    const logout = { refresh_token: person.token_pair.refresh_token.token }
    return [
      await call('GET', '/.well-known/jwks.json', { headers }),
      await call('GET', '/api/me', { headers }),
      await call('GET', '/api/me', { token, headers }),
      await call('POST', `/api/account-delete/${person.user.id}`, { token, headers }),
      await call('POST', '/api/login', { body: {}, headers }),
      await call('POST', '/api/login', { body: { login: newLogin(), password }, headers }),
      await call('POST', '/api/login', { body: { login: person.login, password }, headers }),
      await call('POST', '/api/logout', { token, body: logout, headers }),
    ]
  }

  test('20. every answer has the security headers, each of them once', async () => {
    for (const { headerNames, headers } of await everyKindOfAnswer()) {
      expect(headerNames).toEqual(expect.arrayContaining(securityHeaders))
      expect(headerNames.toSorted()).toEqual([...new Set(headerNames)].toSorted())
      expect(headerNames).not.toContain('x-powered-by')
      expect(headers['x-content-type-options']).toBe('nosniff')
    }
  })

  test('20. nothing but the public keys may be kept by a cache', async () => {
    const [keys, ...others] = await everyKindOfAnswer()
    expect(keys?.headers['cache-control']).toMatch(/max-age/)
    // A refusal of the gateway is empty: nobody keeps it, and there is nothing in it to keep.
    for (const { body, headers } of others.filter((answer) => answer.body !== undefined))
      expect(headers['cache-control'], JSON.stringify(body)).toBe('no-store')
  })

  test('20. an unknown origin gets no CORS headers, whatever it asks', async () => {
    const preflight = {
      Origin,
      'Access-Control-Request-Method': 'POST',
      'Access-Control-Request-Headers': 'authorization',
    }
    const answers = [
      ...(await everyKindOfAnswer()),
      await world().call('OPTIONS', '/api/login', { headers: preflight }),
      await world().call('OPTIONS', '/api/login', { headers: { ...preflight, Origin: 'null' } }),
    ]
    for (const { headerNames } of answers)
      expect(headerNames.filter((name) => name.startsWith('access-control-'))).toEqual([])
  })

  test('20. a token in the address counts for nothing, and no answer leads to an address with one', async () => {
    const { people, callEach } = world()
    const { token } = (await people.register()).token_pair.access_token
    for (const name of ['access_token', 'token', 'authorization', 'jwt', 'bearer_token']) {
      for (const answer of await callEach('GET', `/me?${name}=${token}`)) {
        expect(answer.status).toBe(401)
        expect(JSON.stringify([answer.headers, answer.body])).not.toContain(token)
      }
    }
    for (const { status, headers } of await everyKindOfAnswer()) {
      expect(status < 300 || status >= 400).toBe(true)
      expect(headers).not.toHaveProperty('location')
    }
  })
}
