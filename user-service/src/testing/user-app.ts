import { randomUUID } from 'node:crypto'
import { PassThrough } from 'node:stream'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { createApp } from '@accounts/shared/http/app'
import { createMetrics, type Metrics } from '@accounts/shared/http/metrics'
import { createOpenApiDocument, type OpenApiDocument } from '@accounts/shared/http/openapi'
import { createLogger } from '@accounts/shared/logging/logger'
import type { ConsumerStatus } from '@accounts/shared/messaging/bus'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import { makeAccessClaims, makeToken } from '@accounts/shared/tokens/testing/make-token'
import {
  type IntrospectionServer,
  startIntrospectionServer,
} from '@accounts/shared/tokens/testing/start-introspection-server'
import { startKeyServer } from '@accounts/shared/tokens/testing/start-key-server'
import { type Express, Router } from 'express'
import { migrationsFolder } from '../adapters/database/migrations-folder.ts'
import { defineTables, type UserDatabase } from '../adapters/database/tables.ts'
import { createUserParts } from '../compose.ts'
import { readConfig } from '../config.ts'
import { type Call, createCall } from '@accounts/shared/testing/call'
import { type RecordedStatements, recordStatements } from './record-statements.ts'

interface AppNeeds {
  createDatabase: () => Promise<TestDatabase>
  settings?: Record<string, string>
}

interface Holder {
  id: number
  name?: string
  session?: string
  version?: number
}

export interface UserApp {
  app: Express
  call: Call
  /** An access token such as auth-service makes. */
  tokenOf(holder: Holder): string
  database: UserDatabase
  url: string
  statements: RecordedStatements
  openapi: OpenApiDocument
  metrics: Metrics
  introspection: IntrospectionServer
  clock: () => Date
  /** Moves the clock; nothing else does. */
  pass(seconds: number): void
  /** What the link to the events says of itself from now on. */
  link: { goDown(): void; comeBack(): void }
  logged(): string
  close(): Promise<void>
}

export const serviceSecret = 'the-secret-of-the-services-in-tests'

const key = makeKey()

/** user-service as it is composed, on a real database, with a clock and a link to the events that only the test moves. */
export const createUserApp = async ({ createDatabase, settings = {} }: AppNeeds): Promise<UserApp> => {
  const { database, url, drop } = await openMigrated({ createDatabase, migrationsFolder, defineTables })
  const statements = recordStatements(database)
  const keyServer = await startKeyServer([key])
  const introspection = await startIntrospectionServer()
  let now = Date.now()
  const clock = () => new Date(now)
  let status: ConsumerStatus = { consuming: true }
  const output = new PassThrough()
  let log = ''
  output.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const logger = createLogger({ service: 'user-service', level: 'debug', destination: output })
  const metrics = createMetrics({ service: 'user-service' })
  const config = readConfig({
    NODE_ENV: 'test',
    JWKS_URL: keyServer.url,
    INTROSPECT_URL: introspection.url,
    SERVICE_SECRET: serviceSecret,
    ...settings,
  })
  const parts = createUserParts({ config, database, logger, clock, link: { status: () => status } })
  const app = createApp({ logger, metrics, docs: Router(), trustedProxyHops: 1, ...parts })
  const openapi = createOpenApiDocument({
    title: 'User service',
    version: '1',
    description: '',
    routes: parts.routes.map(({ declaration }) => declaration),
  })

  return {
    app,
    call: createCall(app, openapi),
    tokenOf: ({ id, name = 'John Doe', session = randomUUID(), version = 1 }) =>
      makeToken(
        key,
        makeAccessClaims(clock(), {
          iss: config.issuer,
          aud: config.audience,
          sub: String(id),
          name,
          sid: session,
          ver: version,
        }),
      ),
    database,
    url,
    statements,
    openapi,
    metrics,
    introspection,
    clock,
    pass: (seconds) => {
      now += seconds * 1000
    },
    link: {
      goDown: () => {
        status = { consuming: false, reason: 'the broker is away', since: now }
      },
      comeBack: () => {
        status = { consuming: true }
      },
    },
    logged: () => log,
    close: async () => {
      await parts.close?.()
      await Promise.all([keyServer.stop(), introspection.stop()])
      await drop()
    },
  }
}
