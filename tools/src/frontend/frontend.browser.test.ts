import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { embeddedEngine, type GatewayEngine, krakendEngine } from '@accounts/gateway/suite/gateway-engine'
import { startBrowser } from '@accounts/shared/testing/browser'
import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { describeOn } from '@accounts/shared/testing/engines'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { root } from '../verify/testing/start-service.ts'
import { startSystem, type System } from '../verify/testing/start-system.ts'
import { compileClient } from './testing/compile-client.ts'
import { startPageServer } from './testing/page-server.ts'
import { startReluctantApi } from './testing/reluctant-api.ts'

const suite = 'a frontend on another origin'
const patient = { timeout: 10_000 }

const describeFrontend = (gateway: GatewayEngine, chromium: string) => {
  const files: Record<string, string> = {}
  let pages: Awaited<ReturnType<typeof startPageServer>>
  let strangers: Awaited<ReturnType<typeof startPageServer>>
  let system: System
  let browser: Awaited<ReturnType<typeof startBrowser>>
  const opened: Page[] = []
  let people = 0

  beforeAll(async () => {
    pages = await startPageServer(files)
    strangers = await startPageServer(files)
    system = await startSystem({
      gateway,
      createDatabase: createSqliteDatabase,
      gatewayEnvironment: { CORS_ORIGINS: `https://app.example.com,${pages.origin}` },
    })
    const compiled = await compileClient()
    files['/dist/accounts-client.js'] = await readFile(compiled.file, 'utf8')
    await compiled.remove()
    const example = await readFile(join(root, 'gateway/client/example.html'), 'utf8')
    files['/'] = example.replace('http://localhost:8080', system.target.url)
    browser = await startBrowser(chromium)
  }, 60_000)
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.close()
  })
  afterAll(async () => {
    await browser?.close()
    await system?.end()
    await pages?.close()
    await strangers?.close()
  }, 60_000)

  const openTab = async (origin = pages.origin) => {
    const { page, faults } = await browser.open(`${origin}/`)
    page.setDefaultTimeout(10_000)
    const toGateway = `request: ${system.target.url}`
    opened.push(page)
    const refreshes: (string | null)[] = []
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/api/refresh') refreshes.push(request.postData())
    })
    return {
      page,
      says: async (text: string) => page.getByRole('status').getByText(text).waitFor(),
      /** An expression of the page, where `accounts` is the client. */
      run: async (expression: string): Promise<unknown> => page.evaluate(expression),
      /** The bodies of its refreshes. */
      refreshes,
      sent: () => faults.filter((fault) => fault.startsWith(toGateway)),
      faults: () => faults.filter((fault) => !fault.startsWith(toGateway)),
    }
  }

  type Tab = Awaited<ReturnType<typeof openTab>>

  const newPerson = () => {
    people += 1
    const login = `anna_${people}`
    return { display_name: 'Anna Мария', login, email: `${login}@example.com`, password: 'SecurePass123!' }
  }

  const openSignedOut = async () => {
    const tab = await openTab()
    await tab.run('localStorage.clear()')
    await tab.page.reload()
    return tab
  }

  /** Two tabs of somebody who is signed in. */
  const openTwo = async () => {
    const first = await openTab()
    await first.run(`accounts.register(${JSON.stringify(newPerson())})`)
    await first.page.reload()
    const second = await openTab()
    for (const { page } of [first, second]) await page.getByRole('button', { name: 'Log out' }).waitFor()
    return [first, second] as const
  }

  const submit = async ({ page }: Tab, form: string, fields: Record<string, string>) => {
    for (const [name, value] of Object.entries(fields))
      await page.locator(`${form} [name=${name}]`).fill(value)
    await page.locator(`${form} button`).first().click()
  }

  it('registers, logs out, logs in, and edits the profile', async () => {
    const tab = await openSignedOut()
    const anna = newPerson()
    const heading = tab.page.getByRole('heading', { name: anna.display_name })
    await submit(tab, '#register', anna)
    await heading.waitFor()
    await tab.page.getByRole('button', { name: 'Log out' }).click()
    await tab.says('You are logged out.')
    await submit(tab, '#log-in', { login: anna.email, password: anna.password })
    await heading.waitFor()
    await submit(tab, '#bio', { bio: 'Привет, <b>world</b>' })
    await tab.says('Saved.')
    await tab.page.reload()
    await heading.waitFor()
    expect(await tab.page.locator('[name=bio]').inputValue()).toBe('Привет, <b>world</b>')
    expect(tab.faults()).toEqual([])
    expect(await tab.page.context().cookies()).toEqual([])
    expect(tab.sent().length).toBeGreaterThan(5)
    expect(tab.sent().filter((request) => /eyJ|token|\?/.test(request))).toEqual([])
  })

  it('reads what is wrong, and what the request was called', async () => {
    const tab = await openSignedOut()
    await submit(tab, '#log-in', { login: 'nobody', password: 'Wrong-Pass-1!' })
    await tab.says('Wrong credentials')
    await submit(tab, '#register', { ...newPerson(), display_name: 'R2 D2' })
    await tab.says('display_name: Has to have')
    const failure =
      await tab.run(`accounts.request('GET', '/api/nothing').catch(({ status, code, requestId }) =>
      ({ status, code, requestId }))`)
    expect(failure).toEqual({
      status: 404,
      code: 'not_found',
      requestId: expect.stringMatching(/^[\da-f]{32}$/),
    })
  })

  // One page does something to what both have kept.
  const kept = 'localStorage[Object.keys(localStorage)[0]]'
  const age = `void (${kept} = ${kept}.replace(/"staleAt":\\d+/, '"staleAt":0'))`
  const spoil = `void (${kept} = ${kept}.replace(/"access":"[^"]+"/, '"access":"e30.e30.e30"'))`

  it.each([
    ['about to expire', 'with locks', age],
    ['refused by the gateway', 'with locks', spoil],
    ['about to expire', 'without locks', age],
    ['refused by the gateway', 'without locks', spoil],
  ])('refreshes in two tabs at once, the token %s, %s: nobody is signed out', async (_, locks, change) => {
    const tabs = await openTwo()
    if (locks === 'without locks')
      for (const { page } of tabs) {
        await page.addInitScript(`Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })`)
        await page.reload()
      }
    const exchanged = new Set<string | null>()
    for (let round = 1; round <= 3; round += 1) {
      await tabs[0].run(change)
      const asked = tabs.flatMap(({ run }) => [run('accounts.me()'), run('accounts.profile()')])
      expect(await Promise.all(asked)).toMatchObject([
        { permissions: [] },
        { bio: null },
        { permissions: [] },
        { bio: null },
      ])
      const refreshes = tabs.flatMap((tab) => tab.refreshes.splice(0))
      // Two, where a tab has the lock before it has the news: the server has the same pair for both.
      expect([1, 2]).toContain(refreshes.length)
      for (const refresh of refreshes) exchanged.add(refresh)
      expect(exchanged.size).toBe(round)
    }
    for (const { page } of tabs) expect(await page.getByRole('status').textContent()).toBe('')
  })

  it('waits with its refresh for another tab that is at it', async () => {
    const [tab, other] = await openTwo()
    await other.run(`void navigator.locks.request(Object.keys(localStorage)[0],
      () => new Promise((resolve) => { globalThis.release = resolve }))`)
    await tab.run(age)
    const answer = tab.run('accounts.me()')
    await expect
      .poll(async () => tab.run('navigator.locks.query().then(({ pending }) => pending.length)'), patient)
      .toBe(1)
    expect(tab.refreshes).toEqual([])
    await other.run('release()')
    expect(await answer).toMatchObject({ permissions: [] })
    expect(tab.refreshes).toHaveLength(1)
  })

  it('goes on after a change of the password', async () => {
    const [tab, other] = await openTwo()
    await tab.run(`accounts.changePassword('SecurePass123!', 'Another-Pass-456!')`)
    expect(await other.run('accounts.me()')).toMatchObject({ roles: ['user'] })
    expect(await tab.run('accounts.profile()')).toMatchObject({ is_active: true })
  })

  it('logs out, and the other tab notices', async () => {
    const [tab, other] = await openTwo()
    await tab.page.getByRole('button', { name: 'Log out' }).click()
    await tab.says('You are logged out.')
    await other.says('You are signed out.')
    await other.page.getByRole('button', { name: 'Register' }).waitFor()
    expect(await other.run('[accounts.isSignedIn(), localStorage.length]')).toEqual([false, 0])
    expect([...tab.faults(), ...other.faults()]).toEqual([])
  })

  it('logs out also when the page is left at once', async () => {
    const api = await startReluctantApi()
    const [tab] = await openTwo()
    // As another client of the same page, for which the same tokens do.
    await tab.run(`import('/dist/accounts-client.js').then(({ createAccountsClient }) => {
      localStorage['accounts ${api.url}'] = ${kept}
      void createAccountsClient({ baseUrl: '${api.url}' }).logout()
    })`)
    await expect.poll(() => api.seen, patient).toEqual(['OPTIONS /api/logout'])
    await tab.page.goto('about:blank')
    api.release()
    await expect.poll(() => api.seen, patient).toEqual(['OPTIONS /api/logout', 'POST /api/logout'])
    await api.close()
  })

  it('is told in both tabs when the server has ended the session', async () => {
    const [tab, other] = await openTwo()
    await tab.run(`accounts.request('POST', '/api/account-delete')`)
    expect(await tab.run('accounts.me().catch(({ status }) => status)')).toBe(401)
    for (const { says } of [tab, other]) await says('You are signed out.')
    expect(await other.run('accounts.isSignedIn()')).toBe(false)
  })

  it('has to be one that is listed: a page from elsewhere sends nothing and reads nothing', async () => {
    const tab = await openTab(strangers.origin)
    const outcome = `.then(() => 'read', ({ status, message }) => [status, message])`
    const { login, password } = newPerson()
    expect(await tab.run(`accounts.login('${login}', '${password}')${outcome}`)).toEqual([0, 'No answer'])
    expect(await tab.run(`accounts.request('GET', '/.well-known/jwks.json')${outcome}`)).toEqual([
      0,
      'No answer',
    ])
    expect(tab.faults().every((fault) => /blocked by CORS policy|net::ERR_FAILED/.test(fault))).toBe(true)
    expect(tab.faults()).not.toEqual([])
  })
}

describeOn('chromium', suite, ({ TEST_CHROMIUM_BIN }) => describeFrontend(embeddedEngine, TEST_CHROMIUM_BIN))

describeOn('krakend', suite, ({ TEST_KRAKEND_BIN }) =>
  describeOn('chromium', suite, ({ TEST_CHROMIUM_BIN }) =>
    describeFrontend(krakendEngine(TEST_KRAKEND_BIN), TEST_CHROMIUM_BIN),
  ),
)
