import { randomBytes } from 'node:crypto'
import { Router } from 'express'
import type { AsyncApiDocument } from '../../events/asyncapi.ts'
import type { OpenApiDocument } from '../openapi.ts'
import { createAssets, readPackageFile } from './assets.ts'
import { contentSecurityPolicy } from './content-security-policy.ts'
import { createEventDocs } from './event-docs.ts'
import { renderPage } from './page.ts'
import { readRedocBundle } from './redoc-bundle.ts'

// The layout left at its default has no top bar: there is no other document to point the page at.
const swaggerOptions = {
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  validatorUrl: null,
}

const redocStart = `Redoc.init('/openapi.json', {}, document.getElementById('redoc'))\n`

interface DocsNeeds {
  openapi: OpenApiDocument
  asyncapi: AsyncApiDocument
}

/** The API's document and two pages that show it: `/docs` to try it, `/redoc` to read it. All of it is served from here. */
export const createDocs = ({ openapi, asyncapi }: DocsNeeds): Router => {
  const { title } = openapi.info
  const { urlOf, router: assets } = createAssets({
    'swagger-ui.css': () => readPackageFile('swagger-ui-dist/swagger-ui.css'),
    'swagger-page.css': () => readPackageFile('swagger-ui-dist/index.css'),
    'swagger-ui.js': () => readPackageFile('swagger-ui-dist/swagger-ui-bundle.js'),
    'swagger-start.js': () => `SwaggerUIBundle(${JSON.stringify(swaggerOptions)})\n`,
    'redoc-page.css': () => 'body { margin: 0 }\n',
    'redoc.js': readRedocBundle,
    'redoc-start.js': () => redocStart,
  })
  const router = Router()
  router.get('/openapi.json', (_request, response) => {
    response.set('Cache-Control', 'no-cache').json(openapi)
  })
  router.get('/docs', (_request, response) => {
    const page = renderPage({
      title,
      rootId: 'swagger-ui',
      styles: [urlOf('swagger-ui.css'), urlOf('swagger-page.css')],
      scripts: [urlOf('swagger-ui.js'), urlOf('swagger-start.js')],
    })
    response
      .set('Content-Security-Policy', contentSecurityPolicy({ 'style-src': "'self'" }))
      .set('Cache-Control', 'no-cache')
      .type('html')
      .send(page)
  })
  router.get('/redoc', (_request, response) => {
    const nonce = randomBytes(16).toString('base64')
    const page = renderPage({
      title,
      rootId: 'redoc',
      styles: [urlOf('redoc-page.css')],
      scripts: [urlOf('redoc.js'), urlOf('redoc-start.js')],
      nonce,
    })
    // Redoc makes style elements at run time, and a worker for its search from a blob.
    const policy = contentSecurityPolicy({ 'style-src': `'self' 'nonce-${nonce}'`, 'worker-src': 'blob:' })
    // A kept copy would carry the nonce of another answer.
    response.set('Content-Security-Policy', policy).set('Cache-Control', 'no-store').type('html').send(page)
  })
  router.use(createEventDocs({ asyncapi }))
  router.use(assets)
  return router
}
