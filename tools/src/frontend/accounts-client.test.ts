import { describe, expect, it, vi } from 'vitest'
import { empty, lost, problem } from './testing/stand-in.ts'
import { createTrial, failureOf, isOne } from './testing/trial.ts'

describe('the client for browsers', () => {
  const { server, storage, openTab, signIn, refreshes } = createTrial()

  describe('a request', () => {
    it('carries the token in its header, an id, and no cookie', async () => {
      const tab = await signIn()
      expect(await tab.request('PUT', '/api/thing', { a: 1 })).toEqual({
        ...{ method: 'PUT', url: '/api/thing', body: { a: 1 } },
      })
      const [request] = server().received('/api/thing')
      expect(request?.headers).toMatchObject({
        authorization: expect.stringMatching(/^Bearer e30\./),
        'content-type': 'application/json',
        'x-request-id': expect.stringMatching(/^[\da-f]{32}$/),
      })
      expect(request?.headers).not.toHaveProperty('cookie')
    })

    it('goes without a token when nobody is signed in', async () => {
      const tab = openTab()
      server().plan('/api/me', problem(401, 'token_missing'))
      expect(tab.isSignedIn()).toBe(false)
      expect(await failureOf(tab.me())).toMatchObject({ status: 401, code: 'token_missing' })
      expect(server().received('/api/me')[0]?.headers).not.toHaveProperty('authorization')
      expect(refreshes()).toEqual([])
    })

    it('that fails tells what the service says of it', async () => {
      const tab = await signIn()
      server().plan(
        '/api/settings/edit-bio',
        problem(422, 'validation_failed', { 'X-Request-Id': 'from-service' }),
      )
      expect(await failureOf(tab.editBio('x'))).toMatchObject({
        ...{ name: 'AccountsError', message: 'Title of validation_failed', status: 422 },
        ...{ code: 'validation_failed', requestId: 'from-service', outcomeUnknown: false },
        problem: { title: 'Title of validation_failed' },
      })
    })

    it.each([403, 401, 500])(
      'that the gateway answers with an empty %i is an error with its status',
      async (status) => {
        const tab = openTab()
        server().plan('/api/thing', empty(status))
        const failure = await failureOf(tab.request('POST', '/api/thing'))
        expect(failure).toMatchObject({
          status,
          code: null,
          problem: null,
          message: `Answered with ${status}`,
        })
        expect(failure['requestId']).toBe(server().received('/api/thing')[0]?.headers['x-request-id'])
      },
    )

    it('can be aborted while it is under way, and before', async () => {
      const tab = await signIn()
      server().hold('/api/settings/edit-bio')
      const controller = new AbortController()
      const failure = failureOf(tab.editBio('x', { signal: controller.signal }))
      await vi.waitFor(() => expect(server().received('/api/settings/edit-bio')).toHaveLength(1))
      controller.abort()
      expect(await failure).toMatchObject({ name: 'AbortError' })
      expect(await failureOf(tab.editBio('x', { signal: AbortSignal.abort() }))).toMatchObject({
        name: 'AbortError',
      })
      expect(server().received('/api/settings/edit-bio')).toHaveLength(1)
    })

    it('answered with a page instead of JSON is one without an answer', async () => {
      const tab = await signIn()
      server().plan('/api/settings/edit-bio', (response) =>
        response.writeHead(200).end('<html>Log in to the WLAN</html>'),
      )
      expect(await failureOf(tab.editBio('x'))).toMatchObject({ status: 0, outcomeUnknown: true })
    })

    it('follows no redirect', async () => {
      const tab = await signIn()
      server().plan('/api/settings/edit-bio', empty(307, { Location: '/elsewhere' }))
      expect(await failureOf(tab.editBio('x'))).toMatchObject({ status: 0 })
      expect(server().received('/elsewhere')).toEqual([])
    })
  })

  describe('a refresh', () => {
    it('is one for all requests that are refused at once; each is repeated once', async () => {
      const tab = await signIn()
      server().expireAccess()
      const answers = await Promise.all(
        [1, 2, 3, 4].map(async (number) => tab.request('POST', '/api/thing', { number })),
      )
      expect(answers).toMatchObject([1, 2, 3, 4].map((number) => ({ body: { number } })))
      expect(refreshes()).toHaveLength(1)
      expect(server().received('/api/thing')).toHaveLength(8)
    })

    it('that does not help is not repeated, and signs nobody out', async () => {
      const tab = await signIn()
      server().plan('/api/me', empty(401), empty(401))
      expect(await failureOf(tab.me())).toMatchObject({ status: 401 })
      expect([refreshes().length, server().received('/api/me').length]).toEqual([1, 2])
      expect(tab.isSignedIn()).toBe(true)
    })

    it('that is refused signs out, once', async () => {
      const tab = await signIn()
      server().endSession()
      const failures = await Promise.all([1, 2, 3].map(async () => failureOf(tab.me())))
      for (const failure of failures) expect(failure).toMatchObject({ status: 401 })
      expect(tab.onSignedOut).toHaveBeenCalledTimes(1)
      expect([tab.isSignedIn(), storage().entries.size, refreshes().length]).toEqual([false, 0, 1])
    })

    it.each([
      ['lost', lost],
      ['an empty 500', empty(500)],
    ])('whose answer is %s is tried again with the same token', async (_, answer) => {
      const tab = await signIn()
      server().expireAccess()
      server().plan('/api/refresh', (response, one) => {
        server().rotate()
        answer(response, one)
      })
      expect(await tab.me()).toMatchObject({ url: '/api/me' })
      expect([refreshes().length, isOne(refreshes())]).toEqual([2, true])
      expect(tab.onSignedOut).not.toHaveBeenCalled()
    })

    it.each([
      ['no answer', lost],
      ['an empty 500', empty(500)],
      ['a 503', problem(503, 'unavailable')],
      ['a 429', empty(429, { 'Retry-After': '3600' })],
    ])('that gets nothing but %s signs nobody out, and the next one works', async (_, answer) => {
      const tab = await signIn()
      server().expireAccess()
      server().plan('/api/refresh', answer, answer)
      expect(await failureOf(tab.editBio('x'))).toMatchObject({ outcomeUnknown: false })
      expect(tab.isSignedIn()).toBe(true)
      server().plan('/api/refresh')
      expect(await tab.editBio('y')).toMatchObject({ body: { bio: 'y' } })
      expect(tab.onSignedOut).not.toHaveBeenCalled()
    })

    it('comes before the token expires, once, whatever the clock says', async () => {
      const [hour, minute] = [3_600_000, 60_000]
      const now = Date.now()
      vi.useFakeTimers({ toFake: ['Date'], now: now + 5 * hour })
      const tab = await signIn()
      await tab.me()
      vi.setSystemTime(now + 5 * hour + 29 * minute)
      await tab.me()
      expect(refreshes()).toHaveLength(0)
      vi.setSystemTime(now + 5 * hour + 29.75 * minute)
      for (let request = 0; request < 3; request += 1) await tab.me()
      expect(refreshes()).toHaveLength(1)
      // Somebody sets the clock right, and the token expires unnoticed.
      vi.setSystemTime(now)
      server().expireAccess()
      for (let request = 0; request < 3; request += 1) await tab.me()
      expect(refreshes()).toHaveLength(2)
      expect(server().received('/api/me')).toHaveLength(9)
    })

    it('goes on for the others when one of them gives up', async () => {
      const tab = await signIn()
      server().expireAccess()
      const release = server().hold('/api/refresh')
      const impatient = new AbortController()
      const given = failureOf(tab.me({ signal: impatient.signal }))
      const patient = tab.editBio('x')
      await vi.waitFor(() => expect(refreshes()).toHaveLength(1))
      impatient.abort()
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 })
      const late = failureOf(tab.me({ signal: impatient.signal }))
      for (const failure of [given, late]) expect(await failure).toMatchObject({ name: 'AbortError' })
      release()
      expect(await patient).toMatchObject({ body: { bio: 'x' } })
      expect(refreshes()).toHaveLength(1)
    })
  })

  describe('trying again', () => {
    it.each([429, 503])(
      'after a %i with Retry-After, then and not before, whatever the method',
      async (status) => {
        const tab = await signIn()
        server().plan('/api/settings/edit-bio', empty(status, { 'Retry-After': '1' }))
        const startedAt = performance.now()
        expect(await tab.editBio('x')).toMatchObject({ body: { bio: 'x' } })
        // A timer may fire a little early.
        expect(performance.now() - startedAt).toBeGreaterThan(990)
        const ids = server()
          .received('/api/settings/edit-bio')
          .map(({ headers }) => headers['x-request-id'])
        expect([ids.length, isOne(ids)]).toEqual([2, true])
      },
    )

    it('after a 429 without Retry-After, each time later', async () => {
      vi.spyOn(Math, 'random').mockReturnValue(0)
      const tab = await signIn()
      server().plan('/api/settings/edit-bio', empty(429), empty(429))
      const pauses = vi.spyOn(globalThis, 'setTimeout')
      expect(await tab.editBio('x')).toMatchObject({ body: { bio: 'x' } })
      for (const pause of [500, 1000]) expect(pauses).toHaveBeenCalledWith(expect.any(Function), pause)
      expect(server().received('/api/settings/edit-bio')).toHaveLength(3)
    })

    it('has an end, and does not begin where nobody would wait for it', async () => {
      const tab = await signIn()
      const now = empty(429, { 'Retry-After': '0' })
      server().plan('/api/me', now, now, now)
      expect(await failureOf(tab.me())).toMatchObject({ status: 429, retryAfterSeconds: 0, problem: null })
      expect(server().received('/api/me')).toHaveLength(3)
      server().plan('/api/thing', empty(429, { 'Retry-After': '60' }))
      expect(await failureOf(tab.request('GET', '/api/thing'))).toMatchObject({ retryAfterSeconds: 60 })
      expect(server().received('/api/thing')).toHaveLength(1)
    })

    it('ends at once when it is aborted', async () => {
      const tab = await signIn()
      server().plan('/api/me', empty(429, { 'Retry-After': '9' }))
      const pauses = vi.spyOn(globalThis, 'setTimeout')
      const controller = new AbortController()
      const failure = failureOf(tab.me({ signal: controller.signal }))
      await vi.waitFor(() => expect(pauses).toHaveBeenCalledWith(expect.any(Function), 9000))
      controller.abort()
      expect(await failure).toMatchObject({ name: 'AbortError' })
      expect(server().received('/api/me')).toHaveLength(1)
    })

    it.each([
      ['no answer', lost, 0],
      ['an empty 500', empty(500), 500],
    ])(
      'after %s: a GET once, anything else never, for who knows what was done',
      async (_, answer, status) => {
        const tab = await signIn()
        server().plan('/api/me', answer)
        expect(await tab.me()).toMatchObject({ url: '/api/me' })
        server().plan('/api/me', answer, answer)
        expect(await failureOf(tab.me())).toMatchObject({ status, outcomeUnknown: false })
        server().plan('/api/settings/edit-bio', answer)
        expect(await failureOf(tab.editBio('x'))).toMatchObject({ status, outcomeUnknown: true })
        expect([
          server().received('/api/me').length,
          server().received('/api/settings/edit-bio').length,
        ]).toEqual([4, 1])
      },
    )

    it('comes when nothing has come for a while', async () => {
      const tab = await signIn()
      const never = () => {}
      server().plan('/api/me', never, never)
      const timeout = AbortSignal.timeout.bind(AbortSignal)
      const limits = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => timeout(50))
      expect(await failureOf(tab.me())).toMatchObject({ status: 0, cause: { name: 'TimeoutError' } })
      expect(limits.mock.calls).toEqual([[7000], [7000]])
    })

    it('does not come for a wrong password', async () => {
      const tab = await signIn()
      server().plan('/api/password/change', problem(401, 'wrong_credentials'))
      expect(await failureOf(tab.changePassword('guess', 'next'))).toMatchObject({
        code: 'wrong_credentials',
      })
      expect([server().received('/api/password/change').length, refreshes().length]).toEqual([1, 0])
      expect(tab.isSignedIn()).toBe(true)
    })
  })

  describe('logging out', () => {
    it('tells the server both tokens, also when the access token has expired, and forgets them at once', async () => {
      const tab = await signIn()
      server().expireAccess()
      const release = server().hold('/api/logout')
      const told = tab.logout()
      expect([tab.isSignedIn(), storage().entries.size]).toEqual([false, 0])
      release()
      expect(await told).toBe(true)
      const [request] = server().received('/api/logout')
      expect(request).toMatchObject({ headers: { authorization: expect.stringMatching(/^Bearer /) } })
      expect(request?.body).toEqual({ refresh_token: expect.any(String) })
      expect([refreshes(), tab.onSignedOut.mock.calls.length]).toEqual([[], 0])
    })

    it.each([
      ['cannot be told', false, [lost, lost]],
      ['is back at the second try', true, [lost]],
      ['says that the session is dead already', true, [problem(401, 'token_revoked')]],
    ])('tells whether the session is over, when the server %s', async (_, isOver, answers) => {
      const tab = await signIn()
      server().plan('/api/logout', ...answers)
      expect(await tab.logout()).toBe(isOver)
      expect([tab.isSignedIn(), storage().entries.size]).toEqual([false, 0])
    })

    it('has nothing to tell when nobody is signed in, or what was kept cannot be read', async () => {
      const tab = openTab()
      expect(await tab.logout()).toBe(true)
      storage().setItem(`accounts ${server().url}`, '{')
      expect(tab.isSignedIn()).toBe(false)
      expect(await tab.logout()).toBe(true)
      expect(server().received('/api/logout')).toEqual([])
    })
  })
})
