import { randomBytes } from 'node:crypto'
import { ServiceError } from '@accounts/shared/errors/service-error'
import { createGate } from '@accounts/shared/process/gate'
import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'
import { Counter, Gauge, type Registry } from 'prom-client'
import type { PasswordHasher } from '../../ports.ts'

type Cost = Required<Pick<Options, 'memoryCost' | 'timeCost' | 'parallelism'>>

interface HasherNeeds {
  memoryKib: number
  passes: number
  lanes?: number
  /** Hashes at a time: as many as cores. More of them at once finish later, each and all. */
  concurrency: number
  maxWaiting: number
  registry: Registry
}

// A request may have to wait twice, to verify a password and to hash it anew, and the gateway gives up after 5 s.
const maxWaitSeconds = 2

/** Argon2id in the thread pool. Of more passwords than there is time for, the last to come are answered 503 at once. */
export const createPasswordHasher = async ({
  memoryKib,
  passes,
  lanes = 1,
  concurrency,
  maxWaiting,
  registry,
}: HasherNeeds): Promise<PasswordHasher> => {
  // The algorithm is left at its default, argon2id: the package's enums can't be used where files are compiled alone.
  const cost: Cost = { memoryCost: memoryKib, timeCost: passes, parallelism: lanes }
  const line = createGate({
    name: 'password hashing',
    places: concurrency,
    maxWaiting,
    maxWaitMilliseconds: maxWaitSeconds * 1000,
  })
  const countRefused = registerMetrics(registry, line)

  const inTurn = async <Result>(work: () => Promise<Result>) => {
    try {
      return await line.enter(work)
    } catch (error) {
      if (!(error instanceof ServiceError && error.code === 'unavailable')) throw error
      countRefused()
      // By then whoever waits now has had a turn or been turned away.
      const headers = { 'Retry-After': String(maxWaitSeconds) }
      throw new ServiceError('unavailable', { headers, cause: error.cause })
    }
  }

  // Nobody's, and nobody can know it.
  const nobodysHash = await hash(randomBytes(32), cost)

  return {
    hash: async (password) => inTurn(async () => hash(bytesOf(password), cost)),
    verify: async (hashedPassword, password) =>
      inTurn(async () => {
        const typed = bytesOf(password)
        try {
          if (!(await verify(hashedPassword, typed))) return 'wrong'
          return isCheaper(hashedPassword, cost) ? 'outdated' : 'right'
        } catch {
          // Not a hash: whoever has such a row has no password, and that takes as long as any other refusal.
          await verify(nobodysHash, typed)
          return 'wrong'
        }
      }),
    verifyNothing: async (password) => {
      await inTurn(async () => verify(nobodysHash, bytesOf(password)))
    },
  }
}

/** Composed, since systems write one and the same letter in different bytes: macOS decomposes what others do not. */
const bytesOf = (password: string) => Buffer.from(password.normalize('NFC'))

const isCheaper = (hashedPassword: string, today: Cost) => {
  const { memoryCost, timeCost, parallelism } = parseOptions(hashedPassword)
  const isCurrentKind = hashedPassword.startsWith('$argon2id$v=19$')
  const costsLess =
    memoryCost < today.memoryCost || timeCost < today.timeCost || parallelism < today.parallelism
  return costsLess || !isCurrentKind
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
