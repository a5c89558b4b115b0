// What a machine can verify at most: argon2 and nothing else, as many at a time as there are threads.
import { createRequire } from 'node:module'
import { answerParent } from './answer-parent.ts'

export interface Verifying {
  memoryKib: number
  passes: number
  inFlight: number
  seconds: number
}

export interface Verified {
  perSecond: number
}

interface Argon2 {
  hash: (
    password: string,
    cost: { memoryCost: number; timeCost: number; parallelism: number },
  ) => Promise<string>
  verify: (hashed: string, password: string) => Promise<boolean>
}

// The very one that auth-service has: another version would be another limit.
const argon2 = createRequire(import.meta.resolve('@accounts/auth-service/config'))(
  '@node-rs/argon2',
) as Argon2

const password = 'SecurePass123!'

answerParent(async ({ memoryKib, passes, inFlight, seconds }: Verifying): Promise<Verified> => {
  const hashed = await argon2.hash(password, { memoryCost: memoryKib, timeCost: passes, parallelism: 1 })
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1_000
  let verified = 0
  const keepBusy = async () => {
    while (performance.now() < endsAt) {
      if (!(await argon2.verify(hashed, password))) throw new Error('the right password was refused')
      verified += 1
    }
  }
  await Promise.all(Array.from({ length: inFlight }, keepBusy))
  return { perSecond: (verified * 1_000) / (performance.now() - startedAt) }
})
