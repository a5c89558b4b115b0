import type { ServiceConfig } from '../config/service-settings.ts'
import { readAsyncApiDocument } from '../events/asyncapi.ts'
import type { Logger } from '../logging/logger.ts'
import { version } from '../version.ts'
import type { Guard } from './access.ts'
import { createApp } from './app.ts'
import { withExpressPrototypes } from './express-prototypes.ts'
import { createDocs } from './docs/docs.ts'
import { createHealthRoutes, type ReadinessChecks } from './health.ts'
import type { Metrics } from './metrics.ts'
import { createOpenApiDocument } from './openapi.ts'
import type { BoundRoute } from './route.ts'
import { type RunningServer, startServer } from './server.ts'

interface ServeNeeds<Caller> {
  title: string
  description: string
  config: ServiceConfig
  logger: Logger
  metrics: Metrics
  routes: readonly BoundRoute<Caller>[]
  guard: Guard<Caller>
  checks: ReadinessChecks
}

/** The HTTP side of a service: its own routes, health, metrics and documentation on one port. */
export const serve = async <Caller>(needs: ServeNeeds<Caller>): Promise<RunningServer> => {
  const { title, description, config, logger, metrics } = needs
  let stopping = false
  const checks: ReadinessChecks = {
    process: () => (stopping ? { ready: false, reason: 'the service is stopping' } : { ready: true }),
    ...needs.checks,
  }
  const routes = [...needs.routes, ...createHealthRoutes({ checks })]
  const openapi = createOpenApiDocument({
    title,
    version,
    description,
    routes: routes.map(({ declaration }) => declaration),
  })
  const app = createApp({
    logger,
    metrics,
    routes,
    guard: needs.guard,
    docs: createDocs({ openapi, asyncapi: readAsyncApiDocument() }),
    trustedProxyHops: config.trustedProxyHops,
  })
  const server = await startServer({
    listener: app,
    options: withExpressPrototypes(app),
    ...config,
  })
  return {
    url: server.url,
    stop: async () => {
      stopping = true
      await server.stop()
    },
  }
}
