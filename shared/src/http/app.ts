import express, { type Express, type Router } from 'express'
import { ServiceError } from '../errors/service-error.ts'
import type { Logger } from '../logging/logger.ts'
import type { Guard } from './access.ts'
import type { Metrics } from './metrics.ts'
import { mountRoutes } from './mount-routes.ts'
import { createProblemHandler } from './problem.ts'
import { createRequestLog } from './request-log.ts'
import type { BoundRoute } from './route.ts'
import { securityHeaders } from './send.ts'

interface AppNeeds<Caller> {
  logger: Logger
  metrics: Metrics
  routes: readonly BoundRoute<Caller>[]
  guard: Guard<Caller>
  docs: Router
  trustedProxyHops: number
}

/** The order of everything that happens to a request, the same in every service. */
export const createApp = <Caller>({
  logger,
  metrics,
  routes,
  guard,
  docs,
  trustedProxyHops,
}: AppNeeds<Caller>): Express => {
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', trustedProxyHops)
  app.set('case sensitive routing', true)
  app.set('strict routing', true)

  app.use(createRequestLog({ logger, metrics }))
  mountRoutes(app, routes, guard)
  app.use((request, response, next) => {
    response.set({ ...securityHeaders, 'X-Request-Id': request.identity.requestId })
    next()
  })
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
  app.use(docs)
  app.use(() => {
    throw new ServiceError('not_found')
  })
  app.use(createProblemHandler({ logger }))
  return app
}
