import { afterAll, beforeAll, expect, it } from 'vitest'
import { routingKeys } from '../../events/account-events.ts'
import { startBrowser } from '../../testing/browser.ts'
import { describeOn } from '../../testing/engines.ts'
import { type RunningServer, startServer } from '../server.ts'
import { createSampleApp } from './testing/sample-app.ts'

describeOn('chromium', 'documentation pages', (env) => {
  let server: RunningServer
  let browser: Awaited<ReturnType<typeof startBrowser>>

  beforeAll(async () => {
    server = await startServer({
      listener: createSampleApp().app,
      host: '127.0.0.1',
      port: 0,
      stopDeadlineSeconds: 1,
    })
    browser = await startBrowser(env.TEST_CHROMIUM_BIN)
  })

  afterAll(async () => {
    await browser?.close()
    await server?.stop()
  })

  it('/docs shows every operation and tries one against the service itself', async () => {
    const { page, faults } = await browser.open(`${server.url}/docs`)
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
    const { page, faults } = await browser.open(`${server.url}/redoc`)
    await page.getByRole('heading', { name: 'Find a planet' }).waitFor()
    await page.getByRole('heading', { name: 'Rename a planet' }).waitFor()
    expect(await page.title()).toBe('Planets & <moons>')
    expect((await page.locator('.menu-content').boundingBox())?.width).toBe(260)

    await page.getByPlaceholder('Search...').fill('rename')
    await page.locator('[data-role="search:results"]', { hasText: 'Rename a planet' }).waitFor()
    expect(faults).toEqual([])
  })

  it('/asyncapi shows every event, on a wide and on a narrow screen', async () => {
    const { page, faults } = await browser.open(`${server.url}/asyncapi`)
    expect(await page.title()).toBe('Account events')
    await page.getByRole('link', { name: 'Session Revoke' }).click()
    await page.getByRole('heading', { name: 'Session Revoke' }).waitFor()
    expect(await page.locator('section').count()).toBe(Object.keys(routingKeys).length)
    // Styled, light, and nothing hangs over the edge.
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 })
      expect(
        await page.evaluate(`[getComputedStyle(document.body).backgroundColor, document.body.scrollWidth]`),
      ).toEqual(['rgb(255, 255, 255)', width])
    }
    expect(faults).toEqual([])
  })
})
