import { randomBytes } from 'node:crypto'
import { createGate } from '@accounts/shared/process/gate'
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'
import { Counter, Gauge, type Registry } from 'prom-client'
import { ServiceError } from '@accounts/shared/errors/service-error'
import type { PasswordHasher } from '../../ports.ts'

interface HasherNeeds {
  memoryKib: number
  passes: number
  /** Hashes at a time: as many as cores. More of them at once finish later, each and all. */
  concurrency: number
  maxWaiting: number
  registry: Registry
}

// The gateway gives up after five seconds: nobody would read an answer that comes later.
const maxWaitMilliseconds = 4_000

/** Argon2id in the thread pool. Of more passwords than there is time for, the last to come are answered 503 at once. */
export const createPasswordHasher = async ({
  memoryKib,
  passes,
  concurrency,
  maxWaiting,
  registry,
}: HasherNeeds): Promise<PasswordHasher> => {
  // The algorithm is left at its default, argon2id: the package's enums can't be used where files are compiled alone.
  const cost = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 } satisfies Options
  const line = createGate({
    name: 'password hashing',
    places: concurrency,
    maxWaiting,
    maxWaitMilliseconds,
  })
  const countRefused = registerMetrics(registry, line)

  const inTurn = async <Result>(work: () => Promise<Result>) => {
    try {
      return await line.enter(work)
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'unavailable') countRefused()
      throw error
    }
  }

  // Nobody's, and nobody can know it.
  const nobodysHash = await hash(randomBytes(32), cost)

  return {
    hash: async (password) => inTurn(async () => hash(bytesOf(password), cost)),
    verify: async (hashedPassword, password) =>
      inTurn(async () => {
        const made = readCost(hashedPassword)
        if (made === null) {
          await verify(nobodysHash, bytesOf(password))
          return 'wrong'
        }
        if (!(await verify(hashedPassword, bytesOf(password)))) return 'wrong'
        const isCheaper = made.memoryCost < memoryKib || made.timeCost < passes
        return isCheaper || !made.isArgon2id ? 'outdated' : 'right'
      }),
    verifyNothing: async (password) => {
      await inTurn(async () => verify(nobodysHash, bytesOf(password)))
    },
  }
}

/** Composed, since systems write one and the same letter in different bytes: macOS decomposes what others do not. */
const bytesOf = (password: string) => Buffer.from(password.normalize('NFC'))

/** `null`: not a hash at all. Whoever has such a row has no password, and nobody gets in. */
const readCost = (hashedPassword: string) => {
  try {
    const { memoryCost, timeCost } = parseOptions(hashedPassword)
    return { memoryCost, timeCost, isArgon2id: hashedPassword.startsWith('$argon2id$v=19$') }
  } catch {
    return null
  }
}

const registerMetrics = (registry: Registry, line: { inside(): number; waiting(): number }) => {
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [],
      collect() {
        this.set(read())
      },
    })
  registry.registerMetric(gauge('password_hash_in_flight', 'Passwords being hashed.', line.inside))
  registry.registerMetric(gauge('password_hash_waiting', 'Passwords waiting to be hashed.', line.waiting))
  const refused = new Counter({
    name: 'password_hash_refused_total',
    help: 'Passwords that found the line full, or waited too long, and were answered 503.',
    registers: [registry],
  })
  return () => refused.inc()
}
