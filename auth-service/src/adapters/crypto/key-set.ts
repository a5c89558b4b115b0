import { createPublicKey } from 'node:crypto'
import type { VerificationKey } from '@accounts/shared/tokens/keys'
import type { Clock, PublicKey, SigningKey, SigningKeys } from '../../ports.ts'
import { publicJwk } from './key-material.ts'

/** `null`: since ever, or for ever. */
export interface DatedKey extends SigningKey {
  createdAt: Date | null
  signsFrom: Date | null
  retiresAt: Date | null
}

/** For people; says nothing of the key itself. */
export interface KeyDescription extends Omit<DatedKey, 'key'> {
  state: 'signing' | 'waiting' | 'verifying' | 'retired'
}

const isRetired = ({ retiresAt }: DatedKey, at: Date) => retiresAt !== null && retiresAt <= at

const signsFrom = (key: DatedKey) => key.signsFrom?.getTime() ?? 0

/**
 * The one that began last; of two that began together, the first. Where none has begun yet, as after a retirement or on
 * a slow clock, the next one signs early: of a ring in which one key never retires, there is always one that signs.
 */
export const signingKeyAt = <Key extends DatedKey>(keys: readonly Key[], at: Date): Key | undefined => {
  const living = keys.filter((key) => !isRetired(key, at)).toSorted((a, b) => signsFrom(b) - signsFrom(a))
  return living.find((key) => signsFrom(key) <= at.getTime()) ?? living.at(-1)
}

export interface KeySet extends SigningKeys {
  describe(): KeyDescription[]
}

/** Which key signs and which are published is a matter of the time only. */
export const createKeySet = (keys: readonly DatedKey[], clock: Clock): KeySet => {
  const entries = keys.map((key) => ({ ...key, verification: verificationKey(key), jwk: published(key) }))
  const byKid = new Map(entries.map((entry) => [entry.kid, entry]))

  const current = () => {
    const entry = signingKeyAt(entries, clock())
    if (!entry) throw new Error('there is no key to sign with')
    return entry
  }
  return {
    current,
    find: (kid) => {
      const entry = byKid.get(kid)
      return entry && !isRetired(entry, clock()) ? entry.verification : undefined
    },
    publicKeys: () => {
      const at = clock()
      return { keys: entries.flatMap((entry) => (entry.jwk && !isRetired(entry, at) ? [entry.jwk] : [])) }
    },
    describe: () => {
      const at = clock()
      const signing = current()
      return entries.map((entry) => {
        const { kid, algorithm, createdAt, signsFrom: from, retiresAt } = entry
        const state = entry === signing ? 'signing' : stateOf(entry, at)
        return { kid, algorithm, state, createdAt, signsFrom: from, retiresAt }
      })
    },
  }
}

const stateOf = (key: DatedKey, at: Date) => {
  if (isRetired(key, at)) return 'retired'
  return signsFrom(key) > at.getTime() ? 'waiting' : 'verifying'
}

const verificationKey = ({ kid, algorithm, key }: SigningKey): VerificationKey => ({
  kid,
  algorithm,
  key: key.type === 'secret' ? key : createPublicKey(key),
})

/** A shared secret never is. */
const published = ({ kid, algorithm, key }: SigningKey): PublicKey | undefined => {
  if (key.type === 'secret') return undefined
  const { kty = '', ...members } = publicJwk(key)
  return { kty, ...members, kid, alg: algorithm, use: 'sig' }
}
