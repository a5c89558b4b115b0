import { describe, expect, it, vi } from 'vitest'
import { createLocks } from './testing/client.ts'
import { empty, json, problem } from './testing/stand-in.ts'
import { createTrial, failureOf, isOne } from './testing/trial.ts'

describe('the client for browsers, when another tab', () => {
  const { server, storage, openTab, signIn, refreshes } = createTrial()

  it.each([
    ['with locks, which let one of them refresh', createLocks(), [1]],
    ['without locks, where the server has the same pair for both', undefined, [1, 2]],
  ])('refreshes at the same time: %s', async (_, locks, counts) => {
    vi.stubGlobal('navigator', { locks })
    const tabs = [await signIn(), openTab()]
    for (let round = 0; round < 3; round += 1) {
      const before = refreshes().length
      server().expireAccess()
      const answers = await Promise.all(tabs.map(async (tab) => tab.me()))
      expect(answers).toMatchObject([{ url: '/api/me' }, { url: '/api/me' }])
      const sent = refreshes().slice(before)
      expect(counts).toContain(sent.length)
      expect(isOne(sent)).toBe(true)
    }
    for (const tab of tabs) expect(tab.onSignedOut).not.toHaveBeenCalled()
  })

  it('has refreshed while a request was refused: its pair is used', async () => {
    const [tab, other] = [await signIn(), openTab()]
    server().expireAccess()
    const release = server().hold('/api/thing', empty(401))
    const answer = tab.request('GET', '/api/thing')
    await vi.waitFor(() => expect(server().received('/api/thing')).toHaveLength(1))
    await other.me()
    release()
    expect(await answer).toMatchObject({ url: '/api/thing' })
    expect(refreshes()).toHaveLength(1)
  })

  it('has refreshed while this one was refused: its pair stays', async () => {
    const [tab, other] = [await signIn(), openTab()]
    server().expireAccess()
    const release = server().hold('/api/refresh', problem(401, 'token_revoked'))
    const answer = tab.me()
    await vi.waitFor(() => expect(refreshes()).toHaveLength(1))
    await other.me()
    release()
    expect(await answer).toMatchObject({ url: '/api/me' })
    expect([tab.isSignedIn(), tab.onSignedOut.mock.calls.length]).toEqual([true, 0])
  })

  it('has logged out during a refresh: the new pair is not kept', async () => {
    const [tab, other] = [await signIn(), openTab()]
    server().expireAccess()
    const release = server().hold('/api/refresh')
    const failure = failureOf(tab.me())
    await vi.waitFor(() => expect(refreshes()).toHaveLength(1))
    expect(await other.logout()).toBe(true)
    release()
    expect(await failure).toMatchObject({ status: 401 })
    expect(storage().entries.size).toBe(0)
  })

  it('has signed in somebody else: what was asked for the first is not done as the second', async () => {
    const [tab, other] = [await signIn(), openTab()]
    const release = server().hold('/api/settings/edit-bio', empty(401))
    const failure = failureOf(tab.editBio('mine'))
    await vi.waitFor(() => expect(server().received('/api/settings/edit-bio')).toHaveLength(1))
    server().plan('/api/login', json(200, server().signedIn('8')))
    await other.login('jane', 'secret')
    release()
    expect(await failure).toMatchObject({ status: 401 })
    expect(server().received('/api/settings/edit-bio')).toHaveLength(1)
    expect(await other.me()).toMatchObject({ url: '/api/me' })
  })

  it.each(['storage', 'pageshow'])(
    'is noticed at the event %s, once, and only if the account went',
    async (name) => {
      const listeners: [string, () => void][] = []
      vi.stubGlobal('addEventListener', (event: string, listener: () => void) =>
        listeners.push([event, listener]),
      )
      const tab = await signIn()
      const notice = listeners.find(([event]) => event === name)?.[1] ?? expect.fail()
      vi.stubGlobal('addEventListener', undefined)
      const other = openTab()
      server().expireAccess()
      await other.me()
      notice()
      expect(tab.onSignedOut).toHaveBeenCalledTimes(0)
      server().plan('/api/login', json(200, server().signedIn('8')))
      await other.login('jane', 'secret')
      notice()
      expect(tab.onSignedOut).toHaveBeenCalledTimes(1)
      await other.logout()
      notice()
      notice()
      expect(tab.onSignedOut).toHaveBeenCalledTimes(2)
      await other.login('john', 'secret')
      notice()
      await tab.logout()
      notice()
      expect(tab.onSignedOut).toHaveBeenCalledTimes(2)
    },
  )
})
