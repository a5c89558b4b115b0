import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunningService } from '@accounts/shared/process/run-service'
import { startBrowser } from '@accounts/shared/testing/browser'
import { describeOn } from '@accounts/shared/testing/engines'
import { freePort } from '@accounts/shared/testing/free-port'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { composeAuthService } from '../compose.ts'
import { readConfig } from '../config.ts'
import { registration, type SignedIn } from '../testing/people.ts'

describeOn('chromium', 'documentation of auth-service', ({ TEST_CHROMIUM_BIN }) => {
  let folder: string
  let url: string
  let service: RunningService
  let browser: Awaited<ReturnType<typeof startBrowser>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'auth-docs-'))
    const port = await freePort()
    url = `http://127.0.0.1:${port}`
    service = await composeAuthService(
      readConfig({
        PORT: String(port),
        DATABASE_URL: `sqlite:${join(folder, 'auth.db')}`,
        BUS_FILE: join(folder, 'bus.db'),
        KEY_RING: join(folder, 'keys.json'),
        LOG_LEVEL: 'silent',
      }),
    )
    browser = await startBrowser(TEST_CHROMIUM_BIN)
  })
  afterAll(async () => {
    await browser?.close()
    await service?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Fills in an operation of the page, sends it, and reads what comes back. */
  const execute = async (page: Page, path: string, body?: object) => {
    const operation = page.locator('.opblock', {
      has: page.locator(`.opblock-summary-path[data-path="${path}"]`),
    })
    await operation.locator('.opblock-summary-control').click()
    const tryItOut = operation.getByRole('button', { name: 'Try it out' })
    await operation.locator('.try-out').waitFor()
    if (await tryItOut.isVisible()) await tryItOut.click()
    if (body !== undefined) await operation.locator('textarea').first().fill(JSON.stringify(body))
    const [answer] = await Promise.all([
      page.waitForResponse((response) => new URL(response.url()).pathname === path),
      operation.getByRole('button', { name: 'Execute' }).click(),
    ])
    const shown = operation.locator('.live-responses-table tbody .response-col_status')
    await shown.getByText(String(answer.status()), { exact: true }).waitFor()
    await operation.locator('.opblock-summary-control').click()
    return { status: answer.status(), body: answer.status() === 204 ? undefined : await answer.json() }
  }

  const authorize = async (page: Page, token: string) => {
    await page.locator('.auth-wrapper .authorize').first().click()
    const dialog = page.locator('.dialog-ux .auth-container', { hasText: 'accessToken' })
    await dialog.locator('input').fill(token)
    await dialog.getByRole('button', { name: 'Apply credentials' }).click()
    await page.locator('.dialog-ux .btn-done').first().click()
  }

  it('a stranger registers, logs in, looks, refreshes and logs out on /docs', async () => {
    const { page, faults } = await browser.open(`${url}/docs`)
    page.setDefaultTimeout(5_000)
    const { login, password } = registration('stranger')
    expect((await execute(page, '/register', registration('stranger'))).status).toBe(201)
    const signedIn = await execute(page, '/login', { login, password })
    expect(signedIn.status).toBe(200)
    const { token_pair } = signedIn.body as SignedIn

    await authorize(page, token_pair.access_token.token)
    expect(await execute(page, '/me')).toMatchObject({ status: 200, body: { user: { login } } })
    const refreshed = await execute(page, '/refresh', { refresh_token: token_pair.refresh_token.token })
    expect(refreshed.status).toBe(200)
    const { refresh_token } = refreshed.body as SignedIn['token_pair']
    expect((await execute(page, '/logout', { refresh_token: refresh_token.token })).status).toBe(204)
    expect(await execute(page, '/me')).toMatchObject({ status: 401, body: { code: 'token_revoked' } })
    // Chromium reports the 401 that was asked for; there is nothing else.
    expect(faults.filter((fault) => !fault.includes('401'))).toEqual([])
  })
})
