import request from 'supertest'
import { describe, expect, it, vi } from 'vitest'
import { createTestApp } from '../testing/http.ts'
import { createHealthRoutes, type ReadinessChecks } from './health.ts'

const ready = async (checks: ReadinessChecks) =>
  request(createTestApp(createHealthRoutes({ checks })).app).get('/health/ready')

describe('health', () => {
  it('a live process says so, whatever it lacks', async () => {
    const checks: ReadinessChecks = { database: () => ({ ready: false, reason: 'away' }) }
    const response = await request(createTestApp(createHealthRoutes({ checks })).app).get('/health/live')
    expect([response.status, response.body]).toEqual([200, { status: 'live' }])
  })

  it('is ready when every check is', async () => {
    const response = await ready({ database: () => ({ ready: true }), bus: async () => ({ ready: true }) })
    expect(response.status).toBe(200)
    expect(response.body).toEqual({
      status: 'ready',
      checks: { database: { ready: true }, bus: { ready: true } },
    })
  })

  it('names what is not ready and why, with 503 and Retry-After', async () => {
    const response = await ready({
      database: () => ({ ready: true }),
      bus: () => ({ ready: false, reason: 'no connection to the broker' }),
      other: () => Promise.reject(new Error('it broke')),
    })
    expect(response.status).toBe(503)
    expect(response.headers['retry-after']).toBe('1')
    expect(response.body.checks).toEqual({
      database: { ready: true },
      bus: { ready: false, reason: 'no connection to the broker' },
      other: { ready: false, reason: 'it broke' },
    })
  })

  it('a check that hangs counts as not ready', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const answer = ready({ database: () => new Promise(() => {}) }).then((response) => response)
      await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
      await vi.advanceTimersByTimeAsync(2_000)
      expect((await answer).body.checks.database).toEqual({
        ready: false,
        reason: 'no answer within 2000 ms',
      })
    } finally {
      vi.useRealTimers()
    }
  })
})
