import type { TokenAlgorithm } from '@accounts/shared/tokens/keys'
import type { Clock, KeyRing, RingKey, SigningKey } from '../../ports.ts'
import { type Audit, record, type Recorded } from './record.ts'

// Verifiers keep the key set for 60 s and may take 30 s more to fetch it: by then all of them know the new key.
const leadSeconds = 120

// For clocks that differ.
const marginSeconds = 60

const keepRetiredSeconds = 7 * 86_400

interface RotateNeeds {
  ring: KeyRing
  generateKey: (algorithm: TokenAlgorithm) => Promise<SigningKey>
  algorithm: TokenAlgorithm
  /** Of the longest-lived token. */
  tokenLifetimeSeconds: number
  audit: Audit
  clock: Clock
}

export interface Rotation extends Recorded {
  key: RingKey
  /** With the time at which they retire. */
  retiring: RingKey[]
  dropped: RingKey[]
  isFirst: boolean
}

/** A new key is published at once and signs a little later; `now`: at once, for an emergency. */
export const createRotateKeys =
  ({ ring, generateKey, algorithm, tokenLifetimeSeconds, audit, clock }: RotateNeeds) =>
  async ({ now }: { now: boolean }): Promise<Rotation> => {
    const generated = await generateKey(algorithm)
    const rotation = await ring.change((keys) => {
      const at = clock()
      const isFirst = keys.length === 0
      const signsFrom = now || isFirst ? at : secondsAfter(at, leadSeconds)
      const key: RingKey = { ...generated, createdAt: at, signsFrom, retiresAt: null }
      // What was to sign after the new key would take over from it again, but has not signed anything yet.
      const isDropped = (other: RingKey) =>
        other.signsFrom > signsFrom ||
        (other.retiresAt !== null && secondsAfter(other.retiresAt, keepRetiredSeconds) < at)
      const retiresAt = secondsAfter(signsFrom, tokenLifetimeSeconds + marginSeconds)
      const kept = keys
        .filter((other) => !isDropped(other))
        .map((other) => (other.retiresAt === null ? { ...other, retiresAt } : other))
      const retiring = kept.filter((other) => other.retiresAt !== null && other.retiresAt > at)
      const result = { key, retiring, dropped: keys.filter(isDropped), isFirst }
      return { keys: [key, ...kept], result }
    })
    const action = rotation.isFirst ? 'key generated' : 'key rotated'
    return { ...rotation, ...(await record(audit, action, rotation.key)) }
  }

const secondsAfter = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000)
