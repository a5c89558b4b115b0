import { generateKeyPairSync } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { createApp } from '@accounts/shared/http/app'
import { createMetrics, type Metrics } from '@accounts/shared/http/metrics'
import { createOpenApiDocument, type OpenApiDocument } from '@accounts/shared/http/openapi'
import { createLogger } from '@accounts/shared/logging/logger'
import type { Bus } from '@accounts/shared/messaging/bus'
import { createSqliteTrial, type SqliteTrial } from '@accounts/shared/messaging/testing/sqlite-trial'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { type Call, createCall } from '@accounts/shared/testing/call'
import { type Express, Router } from 'express'
import { migrationsFolder } from '../adapters/database/migrations-folder.ts'
import { type AuthDatabase, defineTables } from '../adapters/database/tables.ts'
import { createAuthParts } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import type { Clock } from '../ports.ts'

interface AppNeeds {
  createDatabase: () => Promise<TestDatabase>
  settings?: Record<string, string>
}

export interface AuthApp {
  app: Express
  /** Every answer is held against the OpenAPI document. */
  call: Call
  config: Config
  database: AuthDatabase
  /** An embedded one of its own. */
  bus: Bus
  busTrial: SqliteTrial
  url: string
  openapi: OpenApiDocument
  metrics: Metrics
  clock: Clock
  /** Moves the clock; nothing else does. */
  pass(seconds: number): void
  logged(): string
  close(): Promise<void>
}

export const serviceSecret = 'the-secret-of-the-services-in-tests'

const privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string

/** auth-service as it is composed, on a real database, with a clock that only the test moves. */
export const createAuthApp = async ({ createDatabase, settings = {} }: AppNeeds): Promise<AuthApp> => {
  const { database, url, drop } = await openMigrated({ createDatabase, migrationsFolder, defineTables })
  let now = Date.now()
  const output = new PassThrough()
  let log = ''
  output.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const logger = createLogger({ service: 'auth-service', level: 'debug', destination: output })
  const metrics = createMetrics({ service: 'auth-service' })
  const config = readConfig({
    NODE_ENV: 'test',
    JWT_PRIVATE_KEY: privateKey,
    SERVICE_SECRET: serviceSecret,
    // The least that argon2 takes: what is tested here is not how long it takes.
    ARGON2_MEMORY_KIB: '8',
    ARGON2_PASSES: '1',
    ...settings,
  })
  const clock = () => new Date(now)
  const busTrial = await createSqliteTrial()
  const bus = await busTrial.open()
  const parts = await createAuthParts({ config, database, bus, logger, metrics, clock })
  const app = createApp({ logger, metrics, docs: Router(), trustedProxyHops: 1, ...parts })
  const openapi: OpenApiDocument = createOpenApiDocument({
    title: 'Auth service',
    version: '1',
    description: '',
    routes: parts.routes.map(({ declaration }) => declaration),
  })
  return {
    app,
    call: createCall(app, openapi),
    config,
    database,
    bus,
    busTrial,
    url,
    openapi,
    metrics,
    clock,
    logged: () => log,
    pass: (seconds) => {
      now += seconds * 1000
    },
    close: async () => {
      await parts.close?.()
      await busTrial.end()
      await drop()
    },
  }
}
