import { z } from 'zod'
import type { Express } from 'express'
import { closedGuard } from '../../../testing/http.ts'
import { readAsyncApiDocument } from '../../../events/asyncapi.ts'
import { createLogger } from '../../../logging/logger.ts'
import { createApp } from '../../app.ts'
import { createMetrics } from '../../metrics.ts'
import { createOpenApiDocument, type OpenApiDocument } from '../../openapi.ts'
import { readLimit } from '../../limits.ts'
import { bindRoute, declareRoute } from '../../route.ts'
import { createDocs } from '../docs.ts'

const planet = z.strictObject({ id: z.int(), name: z.string() }).meta({ id: 'Planet' })
const params = z.object({ planet_id: z.coerce.number().int() })

const findPlanet = declareRoute({
  id: 'findPlanet',
  method: 'get',
  path: '/planets/{planet_id}',
  gateway: { paths: ['/api/planets/{planet_id}'], limit: readLimit },
  access: 'anyone',
  tag: 'planets',
  summary: 'Find a planet',
  params,
  answers: { 200: { description: 'The planet', schema: planet } },
})

const renamePlanet = declareRoute({
  id: 'renamePlanet',
  method: 'patch',
  path: '/planets/{planet_id}',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'planets',
  summary: 'Rename a planet',
  params,
  body: z.strictObject({ name: z.string() }),
  answers: { 200: { description: 'The planet', schema: planet } },
})

const routes = [
  bindRoute(findPlanet)((input) => ({ status: 200, body: { id: input.params.planet_id, name: 'Vesta' } })),
  bindRoute(renamePlanet)((input) => ({ status: 200, body: { id: input.params.planet_id, ...input.body } })),
]

/** A real service of two routes with its documentation. */
export const createSampleApp = (): { app: Express; openapi: OpenApiDocument } => {
  const openapi = createOpenApiDocument({
    title: 'Planets & <moons>',
    version: '1.2.3',
    description: 'Everything that goes round the sun.',
    routes: routes.map(({ declaration }) => declaration),
  })
  const app = createApp({
    logger: createLogger({ service: 'planets', level: 'silent' }),
    metrics: createMetrics({ service: 'planets' }),
    routes,
    guard: closedGuard,
    docs: createDocs({ openapi, asyncapi: readAsyncApiDocument() }),
    trustedProxyHops: 0,
  })
  return { app, openapi }
}
