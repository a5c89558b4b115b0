import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it, onTestFinished } from 'vitest'
import { generateSigningKey } from '../../adapters/crypto/key-material.ts'
import { createKeyRing } from '../../adapters/crypto/key-ring.ts'
import { loadSigningKeys } from '../../adapters/crypto/signing-keys.ts'
import { ringPath } from '../../adapters/crypto/testing/key-samples.ts'
import { createTokenSigner } from '../../adapters/crypto/token-signer.ts'
import type { AuditEntry } from '../../domain/audit.ts'
import type { RingKey } from '../../ports.ts'
import { createRetireKey } from './retire-key.ts'
import { createRotateKeys } from './rotate-keys.ts'

const start = new Date('2026-03-04T05:06:07.089Z')
const tokenLifetimeSeconds = 600

/** A service on a ring with one key, and the commands beside it, under one clock. */
const createTrial = async () => {
  let now = start
  const clock = () => now
  const file = ringPath()
  const ring = createKeyRing({ file })
  const audited: AuditEntry[] = []
  const audit = async (entry: AuditEntry) => void audited.push(entry)
  const needs = { ring, generateKey: generateSigningKey, audit, clock, tokenLifetimeSeconds }
  const given = { privateKeyPem: undefined, secret: undefined, mayCreate: true }
  const keys = await loadSigningKeys({ ...given, algorithm: 'ES256', keyRingFile: file, clock })
  onTestFinished(() => keys.close())
  const sign = createTokenSigner(keys)
  const changed = async <Result>(work: Promise<Result>) => {
    const result = await work
    await keys.reload()
    return result
  }
  return {
    ...{ keys, ring, needs, audited },
    at: (seconds: number) => (now = new Date(start.getTime() + seconds * 1000)),
    rotate: async (options = { now: false }) =>
      changed(createRotateKeys({ ...needs, algorithm: 'ES256' })(options)),
    retire: async (kid: string, options = { now: false }) => changed(createRetireKey(needs)(kid, options)),
    issue: () => {
      const iat = Math.floor(now.getTime() / 1000)
      return sign({ sub: '7', iat, exp: iat + tokenLifetimeSeconds }, 'at+jwt')
    },
    /** As somebody else does, with the key set as published now. */
    isAccepted: async (token: string) =>
      jwtVerify(token, createLocalJWKSet(keys.publicKeys()), { currentDate: now }).then(
        () => true,
        () => false,
      ),
  }
}

describe('keys rotate', () => {
  it('tokens from before, during and after a rotation are accepted until they expire', async () => {
    const { at, rotate, issue, isAccepted, keys } = await createTrial()
    const old = keys.current().kid
    const tokens: { token: string; expiresAt: number }[] = []
    const { key } = await rotate()
    for (let second = 0; second <= 1_500; second += 10) {
      at(second)
      tokens.push({ token: issue(), expiresAt: second + tokenLifetimeSeconds })
      expect(keys.current().kid, `at ${second} s`).toBe(second < 120 ? old : key.kid)
      expect(keys.find(old) !== undefined, `at ${second} s`).toBe(second < 120 + tokenLifetimeSeconds + 60)
      const living = tokens.filter(({ expiresAt }) => expiresAt > second)
      const accepted = await Promise.all(living.map(async ({ token }) => isAccepted(token)))
      expect(accepted.every(Boolean), `at ${second} s`).toBe(true)
    }
    expect(keys.publicKeys().keys.map(({ kid }) => kid)).toEqual([key.kid])
  })

  it('the new key is published for two minutes before it signs', async () => {
    const { rotate, keys, at } = await createTrial()
    const { key, retiring } = await rotate()
    expect(keys.publicKeys().keys.map(({ kid }) => kid)).toContain(key.kid)
    expect(keys.describe().map(({ state }) => state)).toEqual(['waiting', 'signing'])
    expect(retiring).toEqual([expect.objectContaining({ kid: keys.current().kid })])
    at(120)
    expect(keys.describe().map(({ state }) => state)).toEqual(['signing', 'verifying'])
    at(120 + tokenLifetimeSeconds + 60)
    expect(keys.describe().map(({ state }) => state)).toEqual(['signing', 'retired'])
  })

  it('again and again: each key signs in its turn', async () => {
    const { rotate, at, issue, isAccepted, keys } = await createTrial()
    const first = issue()
    const second = await rotate()
    at(30)
    const third = await rotate()
    expect(third.retiring).toContainEqual(second.retiring[0])
    at(119)
    expect(await isAccepted(first)).toBe(true)
    at(130)
    expect(keys.current().kid).toBe(second.key.kid)
    const signed = issue()
    at(150)
    expect(keys.current().kid).toBe(third.key.kid)
    expect(await isAccepted(signed)).toBe(true)
    expect(await isAccepted(issue())).toBe(true)
  })

  it('--now: signs at once, instead of a key that was to sign later, and older tokens stay', async () => {
    const { rotate, at, issue, isAccepted, keys } = await createTrial()
    const old = issue()
    const waiting = await rotate()
    at(10)
    const { key, dropped } = await rotate({ now: true })
    expect(dropped.map(({ kid }) => kid)).toEqual([waiting.key.kid])
    for (const second of [10, 121, 500]) {
      at(second)
      expect(keys.current().kid).toBe(key.kid)
      expect(await isAccepted(issue())).toBe(true)
      expect(await isAccepted(old)).toBe(true)
    }
  })

  it('drops keys a week after they retired', async () => {
    const { rotate, at, ring } = await createTrial()
    const { key } = await rotate()
    at(8 * 86_400)
    const { dropped } = await rotate()
    expect(dropped).toHaveLength(1)
    expect((await ring.read())?.map(({ kid }) => kid)).toContain(key.kid)
    expect(await ring.read()).toHaveLength(2)
  })

  it('makes a ring that is not there, with a key that signs at once', async () => {
    const { needs } = await createTrial()
    const ring = createKeyRing({ file: ringPath() })
    const { key, isFirst } = await createRotateKeys({ ...needs, ring, algorithm: 'ES384' })({ now: false })
    expect({ isFirst, signsFrom: key.signsFrom, algorithm: key.algorithm }).toEqual({
      isFirst: true,
      signsFrom: start,
      algorithm: 'ES384',
    })
  })

  it('may change the algorithm', async () => {
    const { needs, at, issue, isAccepted, keys } = await createTrial()
    const old = issue()
    await createRotateKeys({ ...needs, algorithm: 'ES384' })({ now: true })
    await keys.reload()
    at(1)
    expect(keys.current().algorithm).toBe('ES384')
    expect([await isAccepted(old), await isAccepted(issue())]).toEqual([true, true])
  })
})

describe('keys retire', () => {
  it('--now: ends a key with every token it signed', async () => {
    const { rotate, retire, issue, isAccepted, keys, at } = await createTrial()
    const { kid } = keys.current()
    const token = issue()
    await rotate({ now: true })
    at(1)
    expect(await isAccepted(token)).toBe(true)
    await retire(kid, { now: true })
    expect(await isAccepted(token)).toBe(false)
    expect(keys.find(kid)).toBeUndefined()
    expect(await isAccepted(issue())).toBe(true)
    await rotate()
    expect(await isAccepted(token)).toBe(false)
  })

  it('without --now: tells when a rotation lets it retire, and changes nothing', async () => {
    const { rotate, retire, ring, audited, keys } = await createTrial()
    const { kid } = keys.current()
    await rotate()
    const before = await ring.read()
    const { retiresAt, isEnded } = await retire(kid)
    expect({ seconds: (retiresAt.getTime() - start.getTime()) / 1000, isEnded }).toEqual({
      seconds: 120 + tokenLifetimeSeconds + 60,
      isEnded: false,
    })
    expect(await ring.read()).toEqual(before)
    expect(audited.map(({ action }) => action)).toEqual(['key rotated'])
  })

  it.each([{ now: true }, { now: false }])(
    'refuses the key that nothing takes over from: %o',
    async (options) => {
      const { rotate, retire, keys } = await createTrial()
      await expect(retire(keys.current().kid, options)).rejects.toThrow(/run "keys rotate" first/)
      const { key } = await rotate()
      await expect(retire(key.kid, options)).rejects.toThrow(/run "keys rotate" first/)
      await expect(retire('another', options)).rejects.toThrow(/no key another/)
    },
  )

  it('the signing key may go as soon as another one waits: that one signs early', async () => {
    const { rotate, retire, issue, isAccepted, keys } = await createTrial()
    const { kid } = keys.current()
    const { key } = await rotate()
    await retire(kid, { now: true })
    expect(keys.current().kid).toBe(key.kid)
    expect(await isAccepted(issue())).toBe(true)
  })

  it('of two keys that were to stay ends neither without --now', async () => {
    const { ring, retire, rotate, keys } = await createTrial()
    const { kid } = keys.current()
    await rotate()
    const unscheduled = (key: RingKey) => ({ ...key, retiresAt: null })
    await ring.change((before) => ({ keys: before.map(unscheduled), result: undefined }))
    await expect(retire(kid)).rejects.toThrow(/run "keys rotate" first/)
    expect(keys.find(kid)).toBeDefined()
    expect(await retire(kid, { now: true })).toMatchObject({ isEnded: true })
  })

  it('a second time it changes nothing', async () => {
    const { rotate, retire, keys, at, audited } = await createTrial()
    const { kid } = keys.current()
    await rotate({ now: true })
    await retire(kid, { now: true })
    at(5)
    expect(await retire(kid, { now: true })).toMatchObject({ retiresAt: start, isEnded: true })
    expect(audited.map(({ action }) => action)).toEqual(['key rotated', 'key retired'])
  })
})
