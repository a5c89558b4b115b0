import type { ServiceConfig } from '../config/service-settings.ts'
import type { Columns } from '../database/columns.ts'
import { migrateDatabase } from '../database/migrate.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { createDatabaseCheck } from '../database/readiness.ts'
import type { Guard } from '../http/access.ts'
import type { ReadinessChecks } from '../http/health.ts'
import { createMetrics, type Metrics } from '../http/metrics.ts'
import type { BoundRoute } from '../http/route.ts'
import { serve } from '../http/serve.ts'
import { createLogger, type Logger } from '../logging/logger.ts'
import type { Bus } from '../messaging/bus.ts'
import { openBus } from '../messaging/open-bus.ts'
import type { RunningService } from './run-service.ts'

/** What every service stands on. */
export interface Foundation<Tables> {
  logger: Logger
  metrics: Metrics
  database: Database<Tables>
  bus: Bus
}

/** What a service puts on top. */
export interface ServiceParts<Caller> {
  routes: readonly BoundRoute<Caller>[]
  guard: Guard<Caller>
  /** What it needs beside the database and the bus. */
  checks?: ReadinessChecks
  /** Ends what it does beside answering requests. */
  close?: () => Promise<void> | void
}

interface ServiceDefinition<Tables, Caller> {
  name: string
  title: string
  description: string
  config: ServiceConfig
  migrationsFolder: string
  defineTables: (columns: Columns) => Tables
  createParts: (foundation: Foundation<Tables>) => ServiceParts<Caller> | Promise<ServiceParts<Caller>>
}

/** Opens what a service stands on, puts its parts on top, and listens last: it never serves half-started. */
export const composeService = async <Tables, Caller>({
  name,
  title,
  description,
  config,
  migrationsFolder,
  defineTables,
  createParts,
}: ServiceDefinition<Tables, Caller>): Promise<RunningService> => {
  const logger = createLogger({ service: name, level: config.logLevel })
  if (config.migrateAtStart) {
    const { applied } = await migrateDatabase({ url: config.databaseUrl, folder: migrationsFolder })
    if (applied.length > 0) logger.info({ applied }, 'migrations applied')
  }
  const database = await openDatabase({ url: config.databaseUrl, defineTables, applicationName: name })
  const bus = await openBus({
    rabbitmqUrl: config.rabbitmqUrl,
    busFile: config.busFile,
    appId: name,
    logger,
  })
  const metrics = createMetrics({ service: name })
  const { routes, guard, close, ...parts } = await createParts({ logger, metrics, database, bus })
  const checks = {
    database: createDatabaseCheck(database, migrationsFolder),
    bus: () => bus.readiness(),
    ...parts.checks,
  }
  const server = await serve({ title, description, config, logger, metrics, routes, guard, checks })
  logger.info({ url: server.url, database: database.engine, bus: bus.engine }, 'listening')

  return {
    logger,
    stopDeadlineSeconds: config.stopDeadlineSeconds,
    close: async () => {
      await server.stop()
      await close?.()
      await Promise.all([bus.close(), database.close()])
    },
  }
}
