import type * as argon2 from '@node-rs/argon2'
import { parseOptions } from '@node-rs/argon2'
import { Registry } from 'prom-client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

const work = vi.hoisted(() => ({ underWay: 0, most: 0, verified: [] as string[] }))

// The real engine, watched: what the hasher says of itself can't show that it keeps its own bound.
vi.mock('@node-rs/argon2', async (load) => {
  const engine = await load<typeof argon2>()
  const watched = async <Result>(start: () => Promise<Result>) => {
    work.underWay += 1
    work.most = Math.max(work.most, work.underWay)
    try {
      return await start()
    } finally {
      work.underWay -= 1
    }
  }
  return {
    ...engine,
    hash: async (...given: Parameters<typeof engine.hash>) => watched(async () => engine.hash(...given)),
    verify: async (...given: Parameters<typeof engine.verify>) => {
      work.verified.push(String(given[0]))
      return watched(async () => engine.verify(...given))
    },
  }
})

const cost = { memoryKib: 1_024, passes: 2, lanes: 2 }
const today = { memoryCost: 1_024, timeCost: 2, parallelism: 2 }

const create = async (limits: { concurrency: number; maxWaiting: number }) => {
  const hasher = await createPasswordHasher({ ...cost, ...limits, registry: new Registry() })
  Object.assign(work, { underWay: 0, most: 0, verified: [] })
  return hasher
}

describe('10. password hashing under load', () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([1, 2, 3])('never works on more than %i at a time, and on as many', async (concurrency) => {
    const hasher = await create({ concurrency, maxWaiting: 100 })
    const hashed = await hasher.hash('a password')
    await Promise.all(
      Array.from({ length: 10 }, async () => [
        await Promise.all([
          hasher.hash('a password'),
          hasher.verify(hashed, 'a password'),
          hasher.verify('broken', 'a password'),
          hasher.verifyNothing('a password'),
        ]),
      ]),
    )
    expect(work.most).toBe(concurrency)
  })

  it('turns away at once who finds the line full, says when to come again, and serves everybody else', async () => {
    const { hash: make } = await create({ concurrency: 1, maxWaiting: 2 })
    const served = Array.from({ length: 3 }, async () => make('a password'))
    await expect(make('one too many')).rejects.toMatchObject({
      code: 'unavailable',
      headers: { 'Retry-After': '2' },
      cause: { message: 'password hashing is busy: 2 are waiting already' },
    })
    expect(work.underWay).toBe(1)
    expect(await Promise.all(served)).toHaveLength(3)
    expect(await make('again')).toMatch(/^\$argon2id\$/)
  })

  it('lets nobody wait so long that two waits would outlast the gateway', async () => {
    const { hash: make } = await create({ concurrency: 1, maxWaiting: 2 })
    const first = make('a password')
    const second = make('waits too long')
    vi.advanceTimersByTime(2_000)
    await expect(second).rejects.toMatchObject({
      code: 'unavailable',
      headers: { 'Retry-After': '2' },
      cause: { message: 'password hashing is busy: no turn within 2000 ms' },
    })
    expect(await first).toMatch(/^\$argon2id\$/)
    expect(await make('next')).toMatch(/^\$argon2id\$/)
  })
})

describe('11. nobody learns from the work', () => {
  it('that an account does not exist: it is that of verifying a hash of today', async () => {
    const hasher = await create({ concurrency: 2, maxWaiting: 10 })
    await hasher.verifyNothing('a password')
    expect(work.verified).toHaveLength(1)
    expect(parseOptions(work.verified[0]!)).toMatchObject(today)
  })

  it.each([
    '',
    'not a hash',
    '$2b$12$abcdefghijklmnopqrstuv',
    '$argon2id$v=19$m=1024,t=2,p=2$c29tZXNhbHQ$',
    '$argon2id$v=19$m=1024,t=0,p=1$c29tZXNhbHRzb21lc2FsdA$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY',
  ])('that its hash is broken, like "%s": it is refused after as much', async (broken) => {
    const hasher = await create({ concurrency: 2, maxWaiting: 10 })
    expect(await hasher.verify(broken, '')).toBe('wrong')
    expect(work.verified.slice(0, -1)).toEqual([broken])
    expect(parseOptions(work.verified.at(-1)!)).toMatchObject(today)
  })
})
