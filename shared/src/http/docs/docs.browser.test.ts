import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeOn } from '../../testing/engines.ts'
import { type RunningServer, startServer } from '../server.ts'
import { createSampleApp } from './testing/sample-app.ts'

// What a browser would do by itself beyond opening the pages.
const quietArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

describeOn('chromium', 'documentation pages', (env) => {
  let server: RunningServer
  let userData: string
  let browser: BrowserContext

  beforeAll(async () => {
    server = await startServer({
      listener: createSampleApp().app,
      host: '127.0.0.1',
      port: 0,
      stopDeadlineSeconds: 1,
    })
    userData = await mkdtemp(join(tmpdir(), 'accounts-chromium-'))
    browser = await chromium.launchPersistentContext(userData, {
      executablePath: env.TEST_CHROMIUM_BIN,
      args: quietArguments,
      viewport: { width: 1280, height: 900 },
    })
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
    if (userData !== undefined) await rm(userData, { recursive: true, force: true })
  })

  it('/docs shows every operation and tries one against the service itself', async () => {
    const { page, faults } = await open('/docs')
    const find = page.locator('.opblock', { hasText: 'Find a planet' })
    await find.waitFor()
    await page.locator('.opblock', { hasText: 'Rename a planet' }).waitFor()
    expect(await page.title()).toBe('Planets & <moons>')
    expect(await page.locator('.topbar').count()).toBe(0)

    await find.getByRole('button').first().click()
    await find.getByRole('button', { name: 'Try it out' }).click()
    await find.getByPlaceholder('planet_id').fill('4')
    await find.getByRole('button', { name: 'Execute' }).click()
    const answer = find.locator('.live-responses-table .response')
    await answer.getByText('200', { exact: true }).waitFor()
    expect((await answer.locator('.highlight-code').first().innerText()).replaceAll(/\s/g, '')).toContain(
      '{"id":4,"name":"Vesta"}',
    )
    expect(faults).toEqual([])
  })

  it('/redoc shows every operation, styled, and finds one', async () => {
    const { page, faults } = await open('/redoc')
    await page.getByRole('heading', { name: 'Find a planet' }).waitFor()
    await page.getByRole('heading', { name: 'Rename a planet' }).waitFor()
    expect(await page.title()).toBe('Planets & <moons>')
    expect((await page.locator('.menu-content').boundingBox())?.width).toBe(260)

    await page.getByPlaceholder('Search...').fill('rename')
    await page.locator('[data-role="search:results"]', { hasText: 'Rename a planet' }).waitFor()
    expect(faults).toEqual([])
  })

  /** Opens a page and notes whatever it should not do. */
  const open = async (path: string) => {
    const faults: string[] = []
    const page: Page = await browser.newPage()
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
    })
    page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== server.url && protocol !== 'data:') faults.push(`request: ${request.url()}`)
    })
    await page.exposeFunction('reportViolation', (violation: string) => faults.push(`policy: ${violation}`))
    await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
      reportViolation(event.violatedDirective + ' ' + event.blockedURI))`)
    await page.goto(server.url + path)
    return { page, faults }
  }
})
