import { createTestApp } from '@accounts/shared/testing/http'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { createRoutes } from '../../http/routes.ts'

const key = { kty: 'RSA', kid: 'k1', alg: 'RS256', use: 'sig' as const, n: 'AQAB', e: 'AQAB' }

describe('GET /.well-known/jwks.json', () => {
  it('200: every public key, as application/json that may be kept for a minute', async () => {
    const { app } = createTestApp(createRoutes({ keys: { publicKeys: () => ({ keys: [key] }) } }))
    const response = await request(app).get('/.well-known/jwks.json')
    expect(response.status).toBe(200)
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(response.headers['cache-control']).toBe('public, max-age=60')
    expect(response.body).toEqual({ keys: [key] })
  })
})
