import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { serviceConfig, serviceSettings } from '@accounts/shared/config/service-settings'
import { oneOf, shortSecret, type Setting, text, urlOf, wholeNumber } from '@accounts/shared/config/setting'
import { tokenSettings } from '@accounts/shared/config/token-settings'
import { tokenAlgorithms } from '@accounts/shared/tokens/keys'

export const authSettings = {
  ...serviceSettings({ port: 8000, databaseFile: 'auth.db' }),
  ...tokenSettings,
  JWT_ALGORITHM: {
    schema: oneOf(...tokenAlgorithms),
    description: 'What tokens are signed with. `HS256` shares `JWT_SECRET` with every verifier.',
    default: 'RS256',
  },
  JWT_PRIVATE_KEY: {
    schema: text(),
    description:
      'Private key in PEM: RSA of at least 2048 bits or EC. Of several the first signs and all are published.',
    requiredInProduction: { unlessSet: ['KEY_RING', 'JWT_SECRET'] },
  },
  KEY_RING: {
    schema: text(),
    description:
      'File of keys that `pnpm keys` rotates while the service runs. Development makes one if no key is given.',
    example: './data/keys.json',
  },
  ACCESS_TOKEN_EXPIRE_MINUTES: {
    schema: wholeNumber(1, 1_440),
    description: 'How long an access token lives.',
    default: '30',
  },
  REFRESH_TOKEN_EXPIRE_DAYS: {
    schema: wholeNumber(1, 365),
    description: 'How long a refresh token lives: who stays away for longer has to sign in again.',
    default: '7',
  },
  SESSION_EXPIRE_DAYS: {
    schema: wholeNumber(1, 3_650),
    description: 'How long a session lives at most, however often it is refreshed.',
    default: '30',
  },
  REFRESH_GRACE_SECONDS: {
    schema: wholeNumber(0, 60),
    description:
      'How long a refresh token that was just exchanged still gets the same answer: for two tabs, or a lost one.',
    default: '10',
  },
  PASSWORD_POLICY: {
    schema: oneOf('composition', 'length'),
    description:
      '`composition`: 8 characters of four kinds. `length`: 15 characters of any kind (NIST SP 800-63B).',
    default: 'composition',
  },
  ARGON2_MEMORY_KIB: {
    schema: wholeNumber(8, 4_194_304),
    description:
      'Memory that one password hash takes. More makes existing hashes be renewed at the next login.',
    default: '19456',
  },
  ARGON2_PASSES: {
    schema: wholeNumber(1, 1_000),
    description: 'Passes over that memory.',
    default: '2',
  },
  UV_THREADPOOL_SIZE: {
    schema: wholeNumber(1, 1_024),
    description:
      'Threads that hash passwords; as many as cores is best. Node reads it when its process starts. Not set: 4.',
    example: '2',
  },
  PASSWORD_HASH_WAITING: {
    schema: wholeNumber(0, 100_000),
    description: 'How many passwords may wait to be hashed; further ones are answered 503 with Retry-After.',
    default: '256',
  },
  SERVICE_SECRET: {
    schema: text(),
    description:
      'Password of the other parts of the deployment, for `/introspect` (HTTP Basic, any user name).',
    default: 'development-only',
    requiredInProduction: true,
    productionFault: shortSecret,
  },
  USER_SERVICE_URL: {
    schema: urlOf('http', 'https'),
    description: 'Where `pnpm reconcile` asks user-service what it knows; not the gateway.',
    default: 'http://127.0.0.1:8001',
  },
} as const satisfies Record<string, Setting<unknown>>

// Node's own.
const defaultThreads = 4
const minute = 60
const day = 86_400

export const readConfig = (environment: Environment = process.env) => {
  const values = readSettings(authSettings, environment)
  const production = values.NODE_ENV === 'production'
  return Object.freeze({
    ...serviceConfig(values),
    production,
    issuer: values.JWT_ISSUER,
    audience: values.JWT_AUDIENCE,
    jwtAlgorithm: values.JWT_ALGORITHM,
    privateKeyPem: values.JWT_PRIVATE_KEY,
    keyRingFile: values.KEY_RING ?? (production ? undefined : './data/keys.json'),
    jwtSecret: values.JWT_SECRET,
    accessTtlSeconds: values.ACCESS_TOKEN_EXPIRE_MINUTES * minute,
    refreshTtlSeconds: values.REFRESH_TOKEN_EXPIRE_DAYS * day,
    sessionTtlSeconds: values.SESSION_EXPIRE_DAYS * day,
    graceSeconds: values.REFRESH_GRACE_SECONDS,
    passwordPolicy: values.PASSWORD_POLICY,
    argon2MemoryKib: values.ARGON2_MEMORY_KIB,
    argon2Passes: values.ARGON2_PASSES,
    poolThreads: values.UV_THREADPOOL_SIZE ?? defaultThreads,
    hashConcurrency: hashesAtATime(values.UV_THREADPOOL_SIZE),
    hashWaiting: values.PASSWORD_HASH_WAITING,
    serviceSecret: values.SERVICE_SECRET,
  })
}

/**
 * No more at a time than there are cores, or each takes longer. Where the pool has no more threads than that, two more
 * are handed over to wait in it: else a thread that is done idles until the event loop comes round.
 */
const hashesAtATime = (threads = defaultThreads) => {
  const cores = availableParallelism()
  return threads > cores ? cores : threads + 2
}

export type Config = ReturnType<typeof readConfig>

/**
 * For commands: the environment of the service or, in a checkout, what `.env` says to `pnpm dev`, which names things
 * for the whole system. So both look at the same databases.
 */
export const commandEnvironment = (): Environment => {
  if (existsSync('.env')) process.loadEnvFile('.env')
  const { AUTH_DATABASE_URL, DATA_FOLDER, USER_PORT } = process.env
  const derived = {
    DATABASE_URL: AUTH_DATABASE_URL || (DATA_FOLDER && `sqlite:${DATA_FOLDER}/auth.db`),
    BUS_FILE: DATA_FOLDER && `${DATA_FOLDER}/bus.db`,
    USER_SERVICE_URL: USER_PORT && `http://127.0.0.1:${USER_PORT}`,
  }
  const isGiven = (name: string) => process.env[name] || process.env[`${name}_FILE`]
  return {
    ...process.env,
    ...Object.fromEntries(Object.entries(derived).filter(([name]) => !isGiven(name))),
  }
}
