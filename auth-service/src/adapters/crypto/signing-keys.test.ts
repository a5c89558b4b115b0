import { execFile } from 'node:child_process'
import { createHash, createPrivateKey } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { StartError } from '@accounts/shared/errors/start-error'
import { createLogger } from '@accounts/shared/logging/logger'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { generateSigningKey } from './key-material.ts'
import { createKeyRing } from './key-ring.ts'
import { loadSigningKeys } from './signing-keys.ts'
import { ecPem, now, programOptions, ringPath, ringProgram, rsaPem } from './testing/key-samples.ts'

type Needs = Parameters<typeof loadSigningKeys>[0]

const load = async (needs: Partial<Needs>) => {
  const given = { privateKeyPem: undefined, secret: undefined, keyRingFile: undefined }
  const fixed = { algorithm: 'ES256', mayCreate: false, clock: () => now } as const
  const keys = await loadSigningKeys({ ...given, ...fixed, ...needs })
  onTestFinished(() => keys.close())
  return keys
}

const refusal = async (needs: Partial<Needs>) => {
  const error = await load(needs).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(StartError)
  expect((error as Error).message).not.toMatch(/\n|PRIVATE KEY-/)
  return (error as Error).message
}

describe('signing keys from JWT_PRIVATE_KEY', () => {
  it('publishes the public half only, with kid, alg and use', async () => {
    const [rsa] = (await load({ privateKeyPem: rsaPem(), algorithm: 'PS256' })).publicKeys().keys
    expect(rsa).toMatchObject({
      kty: 'RSA',
      alg: 'PS256',
      use: 'sig',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(Object.keys(rsa ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    const [elliptic] = (await load({ privateKeyPem: ecPem() })).publicKeys().keys
    expect(Object.keys(elliptic ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })

  it('the same key has the same kid everywhere: its RFC 7638 thumbprint', async () => {
    const privateKeyPem = ecPem()
    const { x, y } = createPrivateKey(privateKeyPem).export({ format: 'jwk' })
    const hash = createHash('sha256').update(`{"crv":"P-256","kty":"EC","x":"${x}","y":"${y}"}`)
    expect((await load({ privateKeyPem })).current().kid).toBe(hash.digest('base64url'))
  })

  it('of several the first signs and all are published, each with the algorithm of its kind', async () => {
    const [first, second, third] = [ecPem('secp521r1'), rsaPem(), ecPem('secp384r1')]
    const keys = await load({ privateKeyPem: first + second + third + first, algorithm: 'ES512' })
    expect(keys.publicKeys().keys.map(({ alg }) => alg)).toEqual(['ES512', 'RS256', 'ES384'])
    expect(keys.current()).toMatchObject({
      algorithm: 'ES512',
      key: expect.objectContaining({ type: 'private' }),
    })
    for (const { kid, alg } of keys.publicKeys().keys)
      expect(keys.find(kid)).toMatchObject({
        kid,
        algorithm: alg,
        key: expect.objectContaining({ type: 'public' }),
      })
    expect(keys.find('another')).toBeUndefined()
    expect(keys.find('__proto__')).toBeUndefined()
  })

  it('what openssl writes before an EC key does no harm', async () => {
    const sec1 = createPrivateKey(ecPem()).export({ type: 'sec1', format: 'pem' }) as string
    const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n'
    expect((await load({ privateKeyPem: parameters + sec1 })).publicKeys().keys).toHaveLength(1)
  })

  it.each([
    ['no PEM at all', () => 'super-secret', /has to hold whole private keys/],
    ['a key that is cut off', () => `${ecPem()}${ecPem().slice(0, 60)}`, /has to hold whole private keys/],
    ['a key that is damaged', () => ecPem().replace(/MI/, 'XX'), /key 1 of JWT_PRIVATE_KEY cannot be read/],
    [
      'a public key',
      () => rsaPem().replaceAll('PRIVATE', 'PUBLIC'),
      /key 1 of JWT_PRIVATE_KEY cannot be read/,
    ],
    ['a short RSA key', () => ecPem() + rsaPem(1024), /key 2 of JWT_PRIVATE_KEY cannot be used.*2048 bits/],
    ['another curve', () => ecPem('secp256k1'), /key 1 of JWT_PRIVATE_KEY cannot be used/],
    ['a signing key of another kind', () => rsaPem(), /does not fit JWT_ALGORITHM=ES256/],
  ])('refuses %s in one line that does not repeat it', async (_case, pem, message) => {
    const told = await refusal({ privateKeyPem: pem() })
    expect(told).toMatch(message)
    expect(told).not.toMatch(/super-secret/)
  })

  it('without any key there is no start', async () => {
    expect(await refusal({})).toMatch(/set JWT_PRIVATE_KEY .* or KEY_RING/)
    expect(await refusal({ secret: 'a secret is for HS256 alone' })).toMatch(/set JWT_PRIVATE_KEY/)
  })
})

describe('signing with a shared secret', () => {
  const secret = 'x7Q!mZ3#pL9@vR2$kT6%wN8^bY4&cF1*'

  it('the secret is published nowhere, and its kid names it without telling it', async () => {
    const keys = await load({ algorithm: 'HS256', secret, privateKeyPem: ecPem() })
    expect(keys.publicKeys()).toEqual({ keys: [] })
    const { kid, algorithm, key } = keys.current()
    expect(algorithm).toBe('HS256')
    expect(key.export().toString()).toBe(secret)
    expect(keys.find(kid)).toEqual({ kid, algorithm, key })
    const plainHash = createHash('sha256').update(secret).digest('base64url')
    expect(plainHash).not.toContain(kid)
    expect((await load({ algorithm: 'HS256', secret: `${secret}!` })).current().kid).not.toBe(kid)
  })

  it.each([
    [undefined, /not set/],
    [secret.slice(1), /shorter than 32 bytes/],
    ['super-secret', /shorter than 32 bytes/],
    ['super-secret'.repeat(3), /sample/],
    ['super-secret'.padEnd(64, '=0123456789'), /sample/],
    ['your-auth-super-secret-key-min-32-chars', /sample/],
    ['your-user-super-secret-key-min-32-chars', /sample/],
    ['a-string-secret-at-least-256-bits-long', /sample/],
    ['Change_Me_Change_Me_Change_Me_1234567890', /sample/],
    ['1234'.repeat(16), /too few different characters/],
  ])('refuses %s', async (weak, message) => {
    const told = await refusal({ algorithm: 'HS256', secret: weak })
    expect(told).toMatch(message)
    if (weak !== undefined) expect(told).not.toContain(weak)
  })
})

describe('signing keys from a ring', () => {
  it('development makes one at the first start, readable by its owner alone, and keeps it', async () => {
    const keyRingFile = path.join(path.dirname(ringPath()), 'new/keys.json')
    const first = await load({ keyRingFile, mayCreate: true })
    expect(statSync(keyRingFile).mode & 0o777).toBe(0o600)
    expect((await load({ keyRingFile, mayCreate: true })).publicKeys()).toEqual(first.publicKeys())
    expect(first.publicKeys().keys).toEqual([
      expect.objectContaining({ alg: 'ES256', kid: first.current().kid }),
    ])
  })

  it('processes that start at once end up with the same key', async () => {
    const file = ringPath()
    const start = async () =>
      promisify(execFile)(process.execPath, [...programOptions, ringProgram, 'start', file], {
        timeout: 15_000,
      })
    const started = await Promise.all([start(), start(), start()])
    const { kid } = (await load({ keyRingFile: file })).current()
    expect(started.map(({ stdout }) => stdout)).toEqual([kid, kid, kid])
  })

  it('of several that find no ring one makes it, and nobody signs with another key', async () => {
    const needs = { keyRingFile: ringPath(), mayCreate: true }
    const all = await Promise.all(Array.from({ length: 6 }, async () => load(needs)))
    expect(new Set(all.map((keys) => keys.current().kid)).size).toBe(1)
  })

  it('production does not start on a ring that does not exist, and makes none', async () => {
    const keyRingFile = ringPath()
    expect(await refusal({ keyRingFile })).toMatch(
      /keys\.json does not exist.*"keys rotate".*JWT_PRIVATE_KEY/,
    )
    expect(existsSync(keyRingFile)).toBe(false)
  })

  it.each([0o640, 0o604])('a ring of mode %o is refused with the cure', async (mode) => {
    const keyRingFile = ringPath()
    await load({ keyRingFile, mayCreate: true })
    chmodSync(keyRingFile, mode)
    expect(await refusal({ keyRingFile, mayCreate: true })).toContain(`chmod 600 ${keyRingFile}`)
  })

  it('a path that cannot be a file is told by name', async () => {
    const file = ringPath()
    writeFileSync(file, 'in the way')
    const told = await refusal({ keyRingFile: `${file}/below/keys.json`, mayCreate: true })
    expect(told).toMatch(/keys\.json\/below\/keys\.json cannot be used \(E(NOTDIR|EXIST)\)/)
  })

  it('another JWT_ALGORITHM than the ring was made with is no fault, but is told', async () => {
    const keyRingFile = ringPath()
    await load({ keyRingFile, mayCreate: true })
    const { logger, logged } = createLog()
    const keys = await load({ keyRingFile, algorithm: 'RS256', logger })
    expect(keys.current().algorithm).toBe('ES256')
    expect(logged()).toEqual([
      expect.objectContaining({ level: 'warn', algorithm: 'ES256', configured: 'RS256' }),
    ])
  })
})

const createLog = () => {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const logged = (): Record<string, unknown>[] => lines.map((line) => JSON.parse(line))
  return { logger: createLogger({ service: 'test', level: 'info', destination }), logged }
}

describe('a ring that changes', () => {
  const addKey = async (file: string) => {
    const key = await generateSigningKey('ES256')
    const added = { ...key, createdAt: now, signsFrom: now, retiresAt: null }
    await createKeyRing({ file }).change((keys) => ({ keys: [added, ...keys], result: undefined }))
    return key.kid
  }

  it('is read again by itself', async () => {
    const keyRingFile = ringPath()
    const keys = await load({ keyRingFile, mayCreate: true, pollMilliseconds: 10 })
    const kid = await addKey(keyRingFile)
    await vi.waitFor(() => expect(keys.current().kid).toBe(kid), { timeout: 10_000 })
    expect(keys.publicKeys().keys).toHaveLength(2)
  })

  it.each([
    ['is damaged', (file: string) => writeFileSync(file, '{"version":1,"keys":[')],
    ['is emptied', (file: string) => writeFileSync(file, '{"version":1,"keys":[]}')],
    ['may be read by everybody', (file: string) => chmodSync(file, 0o644)],
  ])(
    'when it %s the former keys stay, which is logged once, and a mended one is read',
    async (_case, harm) => {
      const keyRingFile = ringPath()
      await load({ keyRingFile, mayCreate: true })
      const { logger, logged } = createLog()
      const keys = await load({ keyRingFile, logger })
      const { kid } = keys.current()
      const whole = readFileSync(keyRingFile, 'utf8')
      harm(keyRingFile)
      await keys.reload()
      await keys.reload()
      expect(keys.current().kid).toBe(kid)
      expect(keys.find(kid)).toBeDefined()
      expect(logged()).toEqual([expect.objectContaining({ level: 'error' })])
      expect(JSON.stringify(logged())).not.toContain('PRIVATE')

      writeFileSync(keyRingFile, whole)
      chmodSync(keyRingFile, 0o600)
      const added = await addKey(keyRingFile)
      await keys.reload()
      expect(keys.current().kid).toBe(added)
      expect(keys.find(kid)).toBeDefined()
    },
  )
})
