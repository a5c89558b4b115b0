import { Router } from 'express'
import type { AsyncApiDocument } from '../../events/asyncapi.ts'
import { createAssets } from './assets.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { renderEventsPage } from './event-docs-page.ts'
import { eventsStyle } from './event-docs-style.ts'

/** The events' document and a page to read it. */
export const createEventDocs = ({ asyncapi }: { asyncapi: AsyncApiDocument }): Router => {
  const { urls, router: assets } = createAssets({ 'events.css': eventsStyle })
  const page = renderEventsPage({ document: asyncapi, style: urls['events.css'] })
  const policy = contentSecurityPolicy({ 'script-src': "'none'", 'style-src': "'self'" })
  const router = Router()
  router.get('/asyncapi.json', (_request, response) => {
    response.set('Cache-Control', 'no-cache').json(asyncapi)
  })
  router.get('/asyncapi', (_request, response) => {
    response.set('Content-Security-Policy', policy).set('Cache-Control', 'no-cache').type('html').send(page)
  })
  router.use(assets)
  return router
}
