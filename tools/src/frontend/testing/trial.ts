import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest'
import { type ClientModule, createStorage } from './client.ts'
import { compileClient } from './compile-client.ts'
import { startStandIn } from './stand-in.ts'

/** A server that rotates tokens, and the tabs of one browser that use it; both are new for each test. */
export const createTrial = () => {
  let compiled: Awaited<ReturnType<typeof compileClient>>
  let module: ClientModule
  let server: Awaited<ReturnType<typeof startStandIn>>
  let storage: ReturnType<typeof createStorage>

  beforeAll(async () => {
    compiled = await compileClient()
    module = await import(pathToFileURL(compiled.file).href)
  })
  afterAll(async () => compiled.remove())
  beforeEach(async () => {
    // What Node has there depends on its version.
    vi.stubGlobal('navigator', undefined)
    server = await startStandIn()
    storage = createStorage()
  })
  afterEach(async () => {
    vi.unstubAllGlobals()
    vi.restoreAllMocks()
    vi.useRealTimers()
    await server.close()
  })

  const openTab = () => {
    const onSignedOut = vi.fn<() => void>()
    return { ...module.createAccountsClient({ baseUrl: server.url, storage, onSignedOut }), onSignedOut }
  }
  return {
    server: () => server,
    storage: () => storage,
    openTab,
    signIn: async () => {
      const tab = openTab()
      await tab.login('john', 'secret')
      return tab
    },
    /** The tokens that came to be exchanged. */
    refreshes: () => server.received('/api/refresh').map(({ body }) => body?.['refresh_token']),
  }
}

export const failureOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.then(
    () => 'nothing failed',
    (reason: unknown) => reason,
  )
  return error as Record<string, unknown>
}

export const isOne = (values: readonly unknown[]) => new Set(values).size === 1
