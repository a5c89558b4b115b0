import { describe, expect, it } from 'vitest'
import { createRateLimit } from './rate-limit.ts'

const createClocked = (client_max_rate: number, client_capacity: number, every = 1_000) => {
  const time = { now: 0 }
  const limit = createRateLimit({ client_max_rate, client_capacity, every }, () => time.now)
  const allowed = (count: number, client = 'somebody') =>
    Array.from({ length: count }, () => limit.allow(client)).filter(Boolean).length
  return { limit, time, allowed }
}

describe('a limit', () => {
  it('lets as many through at once as its capacity says, and then as many as its rate says', () => {
    const { time, allowed } = createClocked(10, 5)
    expect(allowed(8)).toBe(5)
    time.now += 99
    expect(allowed(3)).toBe(0)
    time.now += 101
    expect(allowed(3)).toBe(2)
  })

  it('never gives more than its capacity, however long nobody asked', () => {
    const { time, allowed } = createClocked(10, 5)
    allowed(5)
    time.now += 3_600_000
    expect(allowed(20)).toBe(5)
  })

  it('counts in the time it is given for', () => {
    const { time, allowed } = createClocked(60, 1, 60_000)
    expect(allowed(2)).toBe(1)
    time.now += 1_000
    expect(allowed(2)).toBe(1)
  })

  it('counts each client alone, and who is nobody not at all', () => {
    const { allowed } = createClocked(1, 2)
    expect(allowed(3, 'one')).toBe(2)
    expect(allowed(3, 'other')).toBe(2)
    expect(allowed(3, '')).toBe(0)
  })

  it('forgets a client that is long gone, and nobody else', () => {
    const { limit, time, allowed } = createClocked(1, 1, 3_600_000)
    allowed(1, 'gone')
    time.now += 3_600_001
    allowed(1, 'here')
    limit.sweep()
    expect(limit.size()).toBe(1)
    expect(allowed(1, 'here')).toBe(0)
  })
})
