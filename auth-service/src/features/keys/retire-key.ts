import type { Clock, KeyRing, RingKey } from '../../ports.ts'
import { type Audit, record, type Recorded } from './record.ts'

interface RetireNeeds {
  ring: KeyRing
  audit: Audit
  clock: Clock
}

export interface Retirement extends Recorded {
  key: RingKey
  retiresAt: Date
  isEnded: boolean
}

/** `now` ends a key with every token it signed. Without it one learns when a rotation lets it retire. */
export const createRetireKey =
  ({ ring, audit, clock }: RetireNeeds) =>
  async (kid: string, { now }: { now: boolean }): Promise<Retirement> => {
    const { isChanged, ...retirement } = await ring.change((keys) => {
      const at = clock()
      const key = keys.find((candidate) => candidate.kid === kid)
      if (!key) throw new Error(`there is no key ${kid} in the ring: "keys list" shows all of them`)
      const others = keys.filter((other) => other !== key)
      const { retiresAt } = key
      if (retiresAt === null && (!now || others.every((other) => other.retiresAt !== null)))
        throw new Error(`nothing takes over from ${kid}: run "keys rotate" first`)
      if (retiresAt !== null && (!now || retiresAt <= at))
        return { keys, result: { key, retiresAt, isEnded: retiresAt <= at, isChanged: false } }
      const ended = keys.map((other) => (other === key ? { ...key, retiresAt: at } : other))
      return { keys: ended, result: { key, retiresAt: at, isEnded: true, isChanged: true } }
    })
    return { ...retirement, ...(isChanged && (await record(audit, 'key retired', retirement.key))) }
  }
