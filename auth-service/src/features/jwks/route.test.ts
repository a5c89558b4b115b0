import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { calculateJwkThumbprint, decodeProtectedHeader, type JWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, register } from '../../testing/people.ts'

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
    } finally {
      await app.close()
    }
  })
})
