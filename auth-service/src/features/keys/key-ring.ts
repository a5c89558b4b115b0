import type { SigningKey } from '../../ports.ts'

export interface RingKey extends SigningKey {
  createdAt: Date
  signsFrom: Date
  /** `null`: not before another key has taken over. */
  retiresAt: Date | null
}

export interface KeyRing {
  /** One change at a time. Given the same array back it writes nothing; a ring that does not exist yet is empty. */
  change<Result>(
    decide: (keys: readonly RingKey[]) => { keys: readonly RingKey[]; result: Result },
  ): Promise<Result>
}

export const secondsAfter = (at: Date, seconds: number) => new Date(at.getTime() + seconds * 1000)
