import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { readAsyncApiDocument } from '../../events/asyncapi.ts'
import { renderEventsPage } from './event-docs-page.ts'
import { escapeHtml } from './page.ts'
import { createSampleApp } from './testing/sample-app.ts'

const { app, openapi } = createSampleApp()
const asyncapi = readAsyncApiDocument()

const assetsOf = (html: string) =>
  [...html.matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, url]) => String(url))

describe.each([
  ['/openapi.json', openapi],
  ['/asyncapi.json', asyncapi],
])('%s', (path, document) => {
  it('is the document, and is not sent again to who has it', async () => {
    const answer = await request(app)
      .get(path)
      .expect(200)
      .expect('Content-Type', /^application\/json/)
    expect(answer.body).toEqual(document)
    await request(app).get(path).set('If-None-Match', String(answer.headers.etag)).expect(304)
  })
})

describe.each(['/docs', '/redoc'])('%s', (path) => {
  it('is a page with the title of the service, escaped', async () => {
    const { text } = await request(app)
      .get(path)
      .expect(200)
      .expect('Content-Type', 'text/html; charset=utf-8')
    expect(text).toContain('<title>Planets &amp; &lt;moons&gt;</title>')
  })

  it('allows no origin but its own, nothing inline without a nonce, no framing', async () => {
    const { headers, text } = await request(app).get(path)
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; /)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(text).not.toMatch(/<style|<script[^>]*>[^<]| style=| on\w+=/)
    expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it('loads only what is served beside it, and that may be kept for ever', async () => {
    const urls = assetsOf((await request(app).get(path)).text)
    expect(urls.length).toBeGreaterThanOrEqual(2)
    for (const url of urls) {
      const { headers } = await request(app)
        .get(url)
        .expect(200)
        .expect('Content-Type', url.endsWith('.css') ? /^text\/css/ : /^text\/javascript/)
        .expect('Cache-Control', 'public, max-age=31536000, immutable')
      await request(app).get(url).set('If-None-Match', String(headers.etag)).expect(304)
    }
  })
})

describe('/redoc', () => {
  it('has a new nonce in every answer, the same in the policy and in the page', async () => {
    const pages = await Promise.all([request(app).get('/redoc'), request(app).get('/redoc')])
    const nonces = pages.map(
      ({ headers }) => /'nonce-([^']+)'/.exec(String(headers['content-security-policy']))?.[1],
    )
    expect(new Set(nonces).size).toBe(2)
    for (const [index, { text, headers }] of pages.entries()) {
      expect(text).toContain(`nonce="${nonces[index]}"`)
      expect(headers['cache-control']).toBe('no-store')
    }
  })

  it('has a bundle that asks no CDN for a logo and takes the nonce of its script', async () => {
    const urls = assetsOf((await request(app).get('/redoc')).text)
    const { text } = await request(app).get(String(urls.find((url) => url.endsWith('/redoc.js'))))
    // Not `toContain`: a failure would print the bundle.
    expect(text.includes('cdn.redoc.ly')).toBe(false)
    expect(text.includes('.nc=document.currentScript.nonce')).toBe(true)
  })
})

describe('/asyncapi', () => {
  it('is a page that runs no script, and loads and frames nothing but its own style', async () => {
    const { headers, text } = await request(app)
      .get('/asyncapi')
      .expect(200)
      .expect('Content-Type', 'text/html; charset=utf-8')
    const policy = String(headers['content-security-policy'])
    expect(policy).toMatch(/^default-src 'none'; script-src 'none'; /)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|https?:|\*/)
    expect(text).not.toMatch(/<script|<style| style=| on\w+=|(?:src|href)="(?:https?:)?\/\//)
    const [style, ...others] = assetsOf(text).filter((url) => url !== '/asyncapi.json')
    expect(others).toEqual([])
    await request(app)
      .get(String(style))
      .expect(200)
      .expect('Content-Type', /^text\/css/)
      .expect('Cache-Control', 'public, max-age=31536000, immutable')
  })

  it.each(Object.entries(asyncapi.components.messages))(
    'has all there is to know of %s',
    async (key, event) => {
      const { text } = await request(app).get('/asyncapi')
      const [, section = ''] = text.split(`<h2 id="${key}">`)
      const shown = section.slice(0, section.indexOf('</section>'))
      const members = Object.keys(event.payload.properties ?? {})
      for (const expected of [event.summary, event['x-routing-key'], ...members])
        expect(shown).toContain(escapeHtml(expected).replaceAll(/`([^`]+)`/g, '<code>$1</code>'))
      const [example] = event.examples
      expect(shown).toContain(escapeHtml(JSON.stringify(example?.payload, null, 2)))
      expect(shown).toContain(escapeHtml(JSON.stringify(example?.headers, null, 2)))
    },
  )

  it('shows what it is told as text, never as markup', () => {
    const info = { ...asyncapi.info, title: '<b>&', description: '<script>alert(1)</script>' }
    const page = renderEventsPage({ document: { ...asyncapi, info }, style: '/style.css' })
    expect(page).toContain('<h1>&lt;b&gt;&amp;</h1>')
    expect(page).toContain('<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>')
    expect(page).not.toContain('<script')
  })
})

describe('assets', () => {
  it.each([
    '/docs/assets',
    '/docs/assets/',
    '/docs/assets/0000000000000000/redoc.js',
    '/docs/assets/..%2f..%2f..%2f..%2fpackage.json',
    '/docs/assets/%2e%2e/package.json',
    '/docs/assets/x/..%2F..%2Fpackage.json',
  ])('%s is not found', async (path) => {
    const { status, type } = await request(app).get(path)
    expect({ status, type }).toEqual({ status: 404, type: 'application/problem+json' })
  })
})
