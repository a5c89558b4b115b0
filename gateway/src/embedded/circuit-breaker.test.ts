import { describe, expect, it } from 'vitest'
import { createCircuitBreaker } from './circuit-breaker.ts'

const createClocked = () => {
  const time = { now: 0 }
  const changes: string[] = []
  const breaker = createCircuitBreaker({
    settings: { interval: 60, timeout: 2, max_errors: 3 },
    onChange: (from, to) => changes.push(`${from} → ${to}`),
    now: () => time.now,
  })
  const fail = (count: number) => {
    for (let failed = 0; failed < count; failed += 1) breaker.attempt()?.failed()
  }
  return { breaker, time, changes, fail }
}

describe('the circuit breaker', () => {
  it('opens after more failures in a row than it is told, and a success in between begins anew', () => {
    const { breaker, changes, fail } = createClocked()
    fail(3)
    breaker.attempt()?.succeeded()
    fail(3)
    expect(changes).toEqual([])
    fail(1)
    expect(changes).toEqual(['closed → open'])
    expect(breaker.attempt()).toBeUndefined()
  })

  it('forgets failures that are long ago', () => {
    const { time, changes, fail } = createClocked()
    fail(3)
    time.now += 60_000
    fail(3)
    expect(changes).toEqual([])
  })

  it('lets one try when its time is over, and closes when that goes well', () => {
    const { breaker, time, changes, fail } = createClocked()
    fail(4)
    time.now += 1_999
    expect(breaker.attempt()).toBeUndefined()
    time.now += 1
    const probe = breaker.attempt()
    expect(breaker.attempt()).toBeUndefined()
    probe?.succeeded()
    expect(changes).toEqual(['closed → open', 'open → half-open', 'half-open → closed'])
    expect(breaker.attempt()).toBeDefined()
  })

  it('opens again when the one that tries fails', () => {
    const { breaker, time, fail, changes } = createClocked()
    fail(4)
    time.now += 2_000
    fail(1)
    expect(changes.at(-1)).toBe('half-open → open')
    expect(breaker.attempt()).toBeUndefined()
  })

  it('lets another try when the client of the first has gone away', () => {
    const { breaker, time, fail } = createClocked()
    fail(4)
    time.now += 2_000
    breaker.attempt()?.abandoned()
    expect(breaker.attempt()).toBeDefined()
  })

  it('does not listen to what was begun before it opened', () => {
    const { breaker, time, changes, fail } = createClocked()
    const slow = breaker.attempt()
    fail(4)
    slow?.succeeded()
    expect(breaker.attempt()).toBeUndefined()
    time.now += 2_000
    const probe = breaker.attempt()
    slow?.failed()
    probe?.succeeded()
    expect(changes.at(-1)).toBe('half-open → closed')
  })
})
