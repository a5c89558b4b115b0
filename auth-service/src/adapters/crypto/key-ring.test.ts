import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { StartError } from '@accounts/shared/errors/start-error'
import { describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey } from './key-material.ts'
import type { RingKey } from '../../ports.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { now, programOptions, ringPath, ringProgram, rsaPem } from './testing/key-samples.ts'

const newKey = async (): Promise<RingKey> => ({
  ...(await generateSigningKey('ES256')),
  createdAt: now,
  signsFrom: now,
  retiresAt: null,
})

const add = async (ring: KeyRing) => {
  const key = await newKey()
  await ring.change((keys) => ({ keys: [key, ...keys], result: undefined }))
  return key
}

const kids = async (ring: KeyRing) => (await ring.read())?.map(({ kid }) => kid)

const start = (behaviour: string, file: string) => {
  const child = spawn(process.execPath, [...programOptions, ringProgram, behaviour, file])
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}

describe('key ring', () => {
  it('a key comes back as it was written', async () => {
    const ring = createKeyRing({ file: ringPath() })
    expect(await ring.read()).toBeNull()
    const key = { ...(await add(ring)), retiresAt: null }
    const [read] = (await ring.read()) ?? []
    expect(read).toMatchObject({
      kid: key.kid,
      algorithm: 'ES256',
      createdAt: now,
      signsFrom: now,
      retiresAt: null,
    })
    expect(read?.key.equals(key.key)).toBe(true)
  })

  it('changes at the same time all take effect', async () => {
    const file = ringPath()
    const added = await Promise.all(Array.from({ length: 8 }, async () => add(createKeyRing({ file }))))
    expect((await kids(createKeyRing({ file })))?.toSorted()).toEqual(added.map(({ kid }) => kid).toSorted())
    expect(readdirSync(path.dirname(file))).toEqual(['keys.json'])
  })

  it('a change that fails leaves the ring as it was, and free', async () => {
    const file = ringPath()
    const ring = createKeyRing({ file })
    await add(ring)
    const before = readFileSync(file)
    const changed = ring.change(() => {
      throw new Error('no')
    })
    await expect(changed).rejects.toThrow('no')
    await expect(ring.change(() => ({ keys: [], result: undefined }))).rejects.toThrow(/no key that stays/)
    const tooMany = await Promise.all(Array.from({ length: 65 }, newKey))
    await expect(ring.change(() => ({ keys: tooMany, result: undefined }))).rejects.toThrow(/<=64/)
    expect(readFileSync(file)).toEqual(before)
    expect(readdirSync(path.dirname(file))).toEqual(['keys.json'])
  })

  it('nothing is written where nothing changes', async () => {
    const file = ringPath()
    const ring = createKeyRing({ file })
    await add(ring)
    const { ino } = statSync(file)
    expect(await ring.change((keys) => ({ keys, result: 'kept' }))).toBe('kept')
    expect(statSync(file).ino).toBe(ino)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'what root changes still belongs to the user of the service',
    async () => {
      const file = ringPath()
      const ring = createKeyRing({ file })
      await add(ring)
      chownSync(file, 1234, 1234)
      await add(ring)
      expect(statSync(file)).toMatchObject({ uid: 1234, gid: 1234 })
      expect(statSync(file).mode & 0o777).toBe(0o600)
    },
  )
})

describe('a process that is killed while it changes the ring', () => {
  it('leaves a lock that is got over, and a ring that was not touched', async () => {
    const file = ringPath()
    const ring = createKeyRing({ file, lockLimits: { waitMilliseconds: 10_000, staleMilliseconds: 200 } })
    const first = await add(ring)
    await once(start('dies', file), 'close')
    expect(existsSync(`${file}.lock`)).toBe(true)
    expect(await kids(ring)).toEqual([first.kid])
    // Whoever waits takes it over one after the other, and none removes the lock of another.
    const added = await Promise.all([add(ring), add(ring), add(ring), add(ring)])
    expect((await kids(ring))?.toSorted()).toEqual([first, ...added].map(({ kid }) => kid).toSorted())
    expect(readdirSync(path.dirname(file))).toEqual(['keys.json'])
  })

  it('at any moment leaves a whole ring with all that it said it wrote', async () => {
    const file = ringPath()
    for (const [round, lines] of [3, 8, 15].entries()) {
      const child = start('adds', file)
      let last = ''
      let seen = 0
      for await (const line of createInterface(child.stdout)) {
        last = line
        seen += 1
        if (seen === lines) child.kill('SIGKILL')
      }
      const ring = createKeyRing({ file, lockLimits: { waitMilliseconds: 10_000, staleMilliseconds: 0 } })
      expect((await kids(ring))?.slice(0, 2), `round ${round}`).toContain(last)
      await add(ring)
    }
  })

  it('leaves a file that the next change removes', async () => {
    const file = ringPath()
    const ring = createKeyRing({ file })
    await add(ring)
    writeFileSync(`${file}.0d2c.tmp`, '{"version":1,"ke')
    await add(ring)
    expect(await ring.read()).toHaveLength(2)
    expect(readdirSync(path.dirname(file))).toEqual(['keys.json'])
  })
})

describe('the lock of a ring', () => {
  it('of somebody alive is waited for, but not for ever', async () => {
    const file = ringPath()
    const ring = createKeyRing({ file, lockLimits: { waitMilliseconds: 100, staleMilliseconds: 10_000 } })
    writeFileSync(`${file}.lock`, '')
    await expect(add(ring)).rejects.toThrow(/keys\.json\.lock says that another process changes the keys/)
    expect(existsSync(file)).toBe(false)
  })

  it('lost to somebody else, nothing is written over what they do, and theirs stays', async () => {
    const file = ringPath()
    const ring = createKeyRing({ file })
    const first = await add(ring)
    const key = await newKey()
    const overtaken = ring.change((keys) => {
      writeFileSync(`${file}.theirs`, '')
      renameSync(`${file}.theirs`, `${file}.lock`)
      return { keys: [key, ...keys], result: undefined }
    })
    await expect(overtaken).rejects.toThrow(/took too long/)
    expect(await kids(ring)).toEqual([first.kid])
    expect(readdirSync(path.dirname(file))).toEqual(['keys.json', 'keys.json.lock'])
  })
})

describe('a ring with a fault', () => {
  const edit = async (change: (ring: { version: number; keys: Record<string, unknown>[] }) => unknown) => {
    const file = ringPath()
    const ring = createKeyRing({ file })
    await add(ring)
    await add(ring)
    const content = JSON.parse(readFileSync(file, 'utf8'))
    writeFileSync(file, JSON.stringify(change(content) ?? content))
    return ring.read().catch((error: unknown) => error)
  }

  it.each<[string, Parameters<typeof edit>[0], RegExp]>([
    ['another version', (ring) => void (ring.version = 2), /version/],
    ['an unknown member', (ring) => ({ ...ring, comment: '' }), /file: .*comment/],
    ['no list', () => [], /file/],
    ['a shared secret', ({ keys }) => void (keys[0]!['alg'] = 'HS256'), /keys\.0\.alg/],
    ['no PEM', ({ keys }) => void (keys[1]!['private_key'] = 'k-e-y'), /keys\.1\.private_key/],
    ['a short RSA key', ({ keys }) => void (keys[0]!['private_key'] = rsaPem(1024)), /keys\.0 does not fit/],
    ['another algorithm', ({ keys }) => void (keys[0]!['alg'] = 'ES384'), /keys\.0 does not fit its alg/],
    ['another kid', ({ keys }) => void (keys[0]!['kid'] = 'mine'), /keys\.0\.kid/],
    ['no date', ({ keys }) => void (keys[0]!['signs_from'] = 'soon'), /keys\.0\.signs_from/],
    ['a key twice', ({ keys }) => void keys.push(keys[0]!), /twice/],
    [
      'a last key that retires',
      ({ keys }) => keys.forEach((key) => (key['retires_at'] = now)),
      /no key that stays/,
    ],
  ])('%s is refused, with the place and without the content', async (_case, change, message) => {
    const error = await edit(change)
    expect(error).toBeInstanceOf(StartError)
    expect((error as Error).message).toMatch(/^the key ring .*keys\.json cannot be used: /)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toMatch(/BEGIN|k-e-y|\n/)
  })
})
