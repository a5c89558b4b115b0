import { Router } from 'express'
import type { AsyncApiDocument } from '../../events/asyncapi.ts'
import { createAssets, once } from './assets.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { renderEventsPage } from './event-docs-page.ts'
import { eventsStyle } from './event-docs-style.ts'

/** The events' document and a page to read it. */
export const createEventDocs = ({ asyncapi }: { asyncapi: AsyncApiDocument }): Router => {
  const { urlOf, router: assets } = createAssets({ 'events.css': () => eventsStyle })
  const readPage = once(() => renderEventsPage({ document: asyncapi, style: urlOf('events.css') }))
  const policy = contentSecurityPolicy({ 'script-src': "'none'", 'style-src': "'self'" })
  const router = Router()
  router.get('/asyncapi.json', (_request, response) => {
    response.set('Cache-Control', 'no-cache').json(asyncapi)
  })
  router.get('/asyncapi', (_request, response) => {
    response
      .set('Content-Security-Policy', policy)
      .set('Cache-Control', 'no-cache')
      .type('html')
      .send(readPage())
  })
  router.use(assets)
  return router
}
