import { hash } from '@node-rs/argon2'
import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from './password-hasher.ts'

const cheap = { memoryKib: 8, passes: 1, lanes: 1, concurrency: 2, maxWaiting: 100 }

const create = async (settings: Partial<typeof cheap> = {}) => {
  const registry = new Registry()
  const hasher = await createPasswordHasher({ ...cheap, ...settings, registry })
  const valueOf = async (name: string) => {
    const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] }
    return values[0]?.value
  }
  return { ...hasher, valueOf }
}

describe('10. password hashing', () => {
  it('is Argon2id with the parameters in the hash, another salt each time', async () => {
    const { hash: make, verify } = await create({ memoryKib: 64, passes: 3 })
    const [one, other] = [await make('a password'), await make('a password')]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=64,t=3,p=1\$/)
    expect(one).not.toBe(other)
    expect(await verify(one, 'a password')).toBe('right')
    expect(await verify(one, 'b password')).toBe('wrong')
  })

  it('is Argon2id m=19456 t=2 p=1 as the service is configured by default', async () => {
    const { readConfig } = await import('../../config.ts')
    const config = readConfig({})
    expect([config.argon2MemoryKib, config.argon2Passes]).toEqual([19_456, 2])
  })

  it('tells a right password whose hash took less work from one that took as much or more', async () => {
    const { verify } = await create({ memoryKib: 32, passes: 2 })
    const made = async (memoryCost: number, timeCost: number, parallelism = 1) =>
      hash('a password', { memoryCost, timeCost, parallelism })
    expect(await verify(await made(32, 2), 'a password')).toBe('right')
    expect(await verify(await made(64, 3), 'a password')).toBe('right')
    expect(await verify(await made(16, 2), 'a password')).toBe('outdated')
    expect(await verify(await made(32, 1), 'a password')).toBe('outdated')

    expect(await verify(await made(16, 1), 'b password')).toBe('wrong')

    const withLanes = await create({ memoryKib: 32, passes: 2, lanes: 2 })
    expect(await withLanes.hash('a password')).toContain('$m=32,t=2,p=2$')
    expect(await withLanes.verify(await made(32, 2), 'a password')).toBe('outdated')
    expect(await withLanes.verify(await made(32, 2, 3), 'a password')).toBe('right')
  })

  it.each([
    [
      'argon2i',
      '$argon2i$v=19$m=64,t=3,p=1$POQf6XBjID6zTx+0B8W/zw$oEodtvnNseEhz/Z27qSB93KJDljI0xg1RQ5MGv5N1V4',
    ],
    [
      'argon2d',
      '$argon2d$v=19$m=64,t=3,p=1$zzNef7Ra2IASznk5AXGYoA$1VeH9D3yr19CKajndVpyvz+5fR2z+zVB9C8Gf14AjsY',
    ],
    [
      'the older version',
      '$argon2id$v=16$m=64,t=3,p=1$yYz5YCjDJNsHhsjUbQCt7w$8dC0bBbe+uMCRN4ursKYbq6+5o62eombCb4ojp5LLBM',
    ],
  ])(
    'takes the right password of a hash by %s, however much it cost, and renews it',
    async (_kind, stored) => {
      const { verify } = await create()
      expect(await verify(stored, 'a password')).toBe('outdated')
      expect(await verify(stored, 'b password')).toBe('wrong')
    },
  )

  it.each(['', 'not a hash', '$argon2id$v=19$m=8,t=1,p=1$broken', '$2b$12$abcdefghijklmnopqrstuv'])(
    'lets nobody in by the broken hash "%s", and does not fail',
    async (broken) => {
      const { verify } = await create()
      expect(await verify(broken, '')).toBe('wrong')
    },
  )

  it('14. takes 256 bytes whole: two passwords that differ in the last one differ', async () => {
    const { hash: make, verify } = await create()
    const long = `${'x'.repeat(255)}a`
    const hashed = await make(long)
    expect(await verify(hashed, long)).toBe('right')
    expect(await verify(hashed, `${'x'.repeat(255)}b`)).toBe('wrong')
    expect(await verify(hashed, long.slice(0, -1))).toBe('wrong')
  })

  it('takes a NUL and what follows it for a part of the password', async () => {
    const { hash: make, verify } = await create()
    expect(await verify(await make('a\0b'), 'a\0c')).toBe('wrong')
  })

  it('takes a letter for the same however the system of the user writes it', async () => {
    const { hash: make, verify } = await create()
    expect(await verify(await make('Passé-1!'.normalize('NFC')), 'Passé-1!'.normalize('NFD'))).toBe('right')
  })

  it('works on no more at a time than it may, lets others wait, and turns the rest away at once', async () => {
    const hasher = await create({ memoryKib: 4_096, concurrency: 2, maxWaiting: 3 })
    const settled: string[] = []
    const all = Array.from({ length: 9 }, async (_, index) =>
      hasher.hash(`password ${index}`).then(
        () => settled.push('hashed'),
        (error: { code: string }) => settled.push(error.code),
      ),
    )
    expect(await hasher.valueOf('password_hash_in_flight')).toBe(2)
    expect(await hasher.valueOf('password_hash_waiting')).toBe(3)
    await Promise.all(all)
    expect(settled).toEqual([...Array<string>(4).fill('unavailable'), ...Array<string>(5).fill('hashed')])
    expect(await hasher.valueOf('password_hash_refused_total')).toBe(4)
    expect(await hasher.valueOf('password_hash_in_flight')).toBe(0)
    expect(await hasher.hash('again')).toMatch(/^\$argon2id/)
  })

  it('11. does the same work for an account that does not exist', async () => {
    const hasher = await create({ memoryKib: 4_096, concurrency: 1, maxWaiting: 0 })
    const nobody = hasher.verifyNothing('a password')
    // It takes the place that a real one would take.
    await expect(hasher.hash('another')).rejects.toMatchObject({ code: 'unavailable' })
    await nobody
  })
})
