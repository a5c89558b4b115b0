import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'

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

/** A browser with nothing in its past, whose pages note whatever they should not do. */
export const startBrowser = async (executablePath: string) => {
  const userData = await mkdtemp(join(tmpdir(), 'accounts-chromium-'))
  const browser = await chromium.launchPersistentContext(userData, {
    executablePath,
    args: quietArguments,
    viewport: { width: 1280, height: 900 },
  })
  return {
    open: async (url: string): Promise<{ page: Page; faults: string[] }> => {
      const faults: string[] = []
      const page = await browser.newPage()
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`)
      })
      page.on('pageerror', (error) => faults.push(`exception: ${error.message}`))
      page.on('request', (request) => {
        const { origin, protocol } = new URL(request.url())
        if (origin !== new URL(url).origin && protocol !== 'data:') faults.push(`request: ${request.url()}`)
      })
      await page.exposeFunction('reportViolation', (violation: string) => faults.push(`policy: ${violation}`))
      await page.addInitScript(`addEventListener('securitypolicyviolation', (event) =>
        reportViolation(event.violatedDirective + ' ' + event.blockedURI))`)
      await page.goto(url)
      return { page, faults }
    },
    close: async () => {
      await browser.close()
      await rm(userData, { recursive: true, force: true })
    },
  }
}
