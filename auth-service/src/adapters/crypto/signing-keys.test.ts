import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { StartError } from '@accounts/shared/errors/start-error'
import { afterAll, describe, expect, it } from 'vitest'
import { loadSigningKeys } from './signing-keys.ts'

const folder = mkdtempSync(join(tmpdir(), 'keys-'))
afterAll(() => rmSync(folder, { recursive: true }))

const load = (privateKeyPem?: string, file = 'unused.pem') =>
  loadSigningKeys({ privateKeyPem, developmentKeyFile: join(folder, file) })

const rsa = (bits: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string

const ec = (namedCurve: string) =>
  generateKeyPairSync('ec', { namedCurve }).privateKey.export({ type: 'sec1', format: 'pem' }) as string

describe('signing keys', () => {
  it('publishes the public half only, with kid, alg and use', async () => {
    const [key] = (await load(rsa(2048))).publicKeys().keys
    expect(key).toMatchObject({
      kty: 'RSA',
      alg: 'RS256',
      use: 'sig',
      kid: expect.stringMatching(/^[\w-]{43}$/),
    })
    expect(Object.keys(key ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    const [elliptic] = (await load(ec('prime256v1'))).publicKeys().keys
    expect(Object.keys(elliptic ?? {}).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
    expect(elliptic?.alg).toBe('ES256')
  })

  it('the same key has the same kid everywhere, another key another', async () => {
    const pem = rsa(2048)
    const kid = async (text: string) => (await load(text)).publicKeys().keys[0]?.kid
    expect(await kid(pem)).toBe(await kid(pem))
    expect(await kid(pem)).not.toBe(await kid(rsa(2048)))
  })

  it('a development key is made once, readable by its owner alone, and kept', async () => {
    const first = (await load(undefined, 'new/key.pem')).publicKeys()
    expect(statSync(join(folder, 'new/key.pem')).mode & 0o777).toBe(0o600)
    expect((await load(undefined, 'new/key.pem')).publicKeys()).toEqual(first)
  })

  it('two processes that start at once end up with the same key', async () => {
    const both = await Promise.all([load(undefined, 'race.pem'), load(undefined, 'race.pem')])
    const later = await load(undefined, 'race.pem')
    for (const keys of both) expect(keys.publicKeys()).toEqual(later.publicKeys())
  })

  it.each([
    ['no PEM at all', 'super-secret', /JWT_PRIVATE_KEY holds no private key in PEM/],
    ['a short RSA key', rsa(1024), /JWT_PRIVATE_KEY holds a key that cannot be used/],
    ['another curve', ec('secp384r1'), /JWT_PRIVATE_KEY holds a key that cannot be used/],
  ])('refuses %s in one line that does not repeat it', async (_case, pem, message) => {
    const error = await load(pem).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(StartError)
    expect((error as Error).message).toMatch(message)
    expect((error as Error).message).not.toMatch(/super-secret|\n/)
  })

  it('a file that is no key, or a folder that cannot be, is told with its name', async () => {
    writeFileSync(join(folder, 'garbage.pem'), 'garbage')
    await expect(load(undefined, 'garbage.pem')).rejects.toThrow(/garbage\.pem holds no private key/)
    await expect(load(undefined, 'garbage.pem/below/key.pem')).rejects.toThrow(
      /ENOTDIR.*DEVELOPMENT_KEY_FILE/,
    )
    expect(readFileSync(join(folder, 'garbage.pem'), 'utf8')).toBe('garbage')
  })
})
