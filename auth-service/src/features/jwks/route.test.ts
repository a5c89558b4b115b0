import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { createBearerAuthentication } from '@accounts/shared/tokens/authenticate'
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, refreshOf, register } from '../../testing/people.ts'

describe('GET /.well-known/jwks.json', () => {
  it('200: the public half of the key that signs, as application/json that may be kept for a minute', async () => {
    const app = await createAuthApp({ createDatabase: createSqliteDatabase })
    try {
      const { kid } = decodeProtectedHeader(accessOf(await register(app, 'johndoe')))
      const answer = await app.call('get', '/.well-known/jwks.json')
      expect(answer.status).toBe(200)
      expect(answer.headers['content-type']).toMatch(/^application\/json/)
      expect(answer.headers['cache-control']).toBe('public, max-age=60')
      const { keys } = answer.body as { keys: JWK[] }
      expect(keys).toEqual([
        { kty: 'RSA', kid, alg: 'RS256', use: 'sig', n: expect.any(String), e: expect.any(String) },
      ])
      expect(await calculateJwkThumbprint(keys[0] ?? { kty: '' })).toBe(kid)
    } finally {
      await app.close()
    }
  })

  it('a shared secret is never published', async () => {
    const settings = { JWT_ALGORITHM: 'HS256', JWT_SECRET: 'k7Qm2vX9pL4tR8wZ1nB6cF3hJ5dG0sAy' }
    const app = await createAuthApp({ createDatabase: createSqliteDatabase, settings })
    try {
      const token = accessOf(await register(app, 'johndoe'))
      expect(decodeProtectedHeader(token).alg).toBe('HS256')
      expect((await app.call('get', '/me', { token })).status).toBe(200)
      expect((await app.call('get', '/.well-known/jwks.json')).body).toEqual({ keys: [] })

      const { authenticate } = createBearerAuthentication({
        jwksUrl: 'http://127.0.0.1:1/never-asked',
        sharedSecret: settings.JWT_SECRET,
        issuer: app.config.issuer,
        audience: app.config.audience,
      })
      expect(await authenticate(carrying(token))).toMatchObject({ displayName: 'John Doe', roles: ['user'] })
    } finally {
      await app.close()
    }
  })

  it('is all that another service needs to know its callers, without a request for each of them', async () => {
    const app = await createAuthApp({ createDatabase: createSqliteDatabase })
    const server = createServer(app.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    let fetched = 0
    const { authenticate, close } = createBearerAuthentication({
      jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json`,
      issuer: app.config.issuer,
      audience: app.config.audience,
      fetch: async (...request) => {
        fetched += 1
        return fetch(...request)
      },
    })
    try {
      const someone = await register(app, 'johndoe')
      for (let round = 0; round < 50; round += 1)
        expect(await authenticate(carrying(accessOf(someone)))).toMatchObject({
          userId: someone.user.id,
          displayName: 'John Doe',
          role: 'user',
          securityVersion: 1,
        })
      await expect(authenticate(carrying(refreshOf(someone)))).rejects.toMatchObject({
        code: 'token_invalid',
      })
      expect(fetched).toBe(1)
    } finally {
      close()
      server.close()
      server.closeAllConnections()
      await app.close()
    }
  })
})

const carrying = (token: string) => ({
  header: (name: string) => (name === 'authorization' ? `Bearer ${token}` : undefined),
})
