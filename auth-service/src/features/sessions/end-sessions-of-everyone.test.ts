import { createUnavailable } from '@accounts/shared/errors/unavailable'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createLogger } from '@accounts/shared/logging/logger'
import { asc } from '@accounts/shared/database/operators'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSignedInAccounts } from '../../adapters/database/session-pages.ts'
import { createTransact } from '../../adapters/database/transact.ts'
import type { Caller } from '../../domain/caller.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, register, registerAdmin, type SignedIn, statusOfMe } from '../../testing/people.ts'
import { createEndAllButThis } from './end-all-but-this.ts'
import { createEndAllSessions } from './end-all-sessions.ts'
import { createEndOtherSessions } from './end-other-sessions.ts'
import { createEndSessionsOfEveryone } from './end-sessions-of-everyone.ts'
import {
  addAccounts,
  addSessions,
  auditOf,
  eventsOf,
  revokedSessionsOf,
  sessionOf,
  shown,
  statusesOf,
} from './testing/sessions-trial.ts'
import { nowhere } from '../../domain/audit.ts'

interface SignedOut {
  accounts: number
  failed: number
  next_cursor: string | null
}

const rounds = 10

// Of which only the time is asked for.
const issuer = { lastAccessEnd: () => new Date() } as TokenIssuer

describeDialects('ending the sessions of everyone', (createDatabase) => {
  let app: AuthApp
  let admin: SignedIn
  beforeEach(async () => {
    app = await createAuthApp({ createDatabase })
    admin = await registerAdmin(app, 'the_admin')
    // With which it was registered.
    await app.call('delete', '/sessions', { token: accessOf(admin) })
  })
  afterEach(async () => app.close())

  const end = async (signedIn = admin, query = '') =>
    app.call('delete', `/users/sessions${query}`, { token: accessOf(signedIn) })
  const signedOut = async (...given: Parameters<typeof end>) => {
    const { status, body, text } = await end(...given)
    expect(status, text).toBe(200)
    return body as SignedOut
  }
  const audited = async () => {
    const { query, tables } = app.database
    return query.select().from(tables.auditLog).orderBy(asc(tables.auditLog.id))
  }
  const auditedPages = async () => (await audited()).filter(({ action }) => action === 'everyone signed out')

  test('5. every token of all others is dead at once, of your own those of other sessions; who asks goes on, and all can sign in again', async () => {
    const people = [await register(app, 'someone'), await register(app, 'someone_else')]
    const elsewhere = [await login(app, 'someone'), await login(app, 'the_admin')]
    expect(await signedOut()).toEqual({ accounts: 3, failed: 0, next_cursor: null })
    for (const signedIn of [...people, ...elsewhere])
      expect(await statusesOf(app, signedIn)).toEqual([401, 401])
    expect(await statusesOf(app, admin)).toEqual([200, 200])
    expect((await shown(app, accessOf(admin))).map(({ id }) => id)).toEqual([sessionOf(admin)])
    for (const name of ['someone', 'someone_else', 'the_admin'])
      expect(await statusesOf(app, await login(app, name))).toEqual([200, 200])
  })

  test('user-service is told of each account, and of your own of each session, once', async () => {
    const people = [await register(app, 'someone'), await register(app, 'someone_else')]
    await login(app, 'someone')
    const other = await login(app, 'the_admin')
    await signedOut()
    for (const { user } of people) {
      const { id } = user
      const events = await eventsOf(app, id, 'Sessions Revoke')
      expect(events).toMatchObject([{ payload: { event_type: 'Sessions Revoke', auth_id: id, ver: 2 } }])
      expect(await revokedSessionsOf(app, id)).toEqual([])
    }
    expect(await eventsOf(app, admin.user.id, 'Sessions Revoke')).toEqual([])
    expect((await revokedSessionsOf(app, admin.user.id)).slice(-1)).toEqual([sessionOf(other)])
  })

  test('it is written down as a whole before anything is done, and of each account', async () => {
    const someone = await register(app, 'someone')
    await signedOut()
    const { id: actorId } = admin.user
    const entries = (await audited()).slice(-2)
    expect(entries).toMatchObject([
      {
        ...{ action: 'everyone signed out', actorId, sessionId: sessionOf(admin), userId: null },
        ...{ ip: expect.any(String), details: { accounts: 2, after: 0 } },
      },
      { action: 'sessions ended', actorId, userId: someone.user.id },
    ])
  })

  test('again there is nobody to sign out, and nobody is told; nor of accounts without a living session', async () => {
    const leaver = await register(app, 'leaver')
    await app.call('post', '/account-delete', { token: accessOf(leaver) })
    const someone = await register(app, 'someone')
    expect(await signedOut()).toMatchObject({ accounts: 1 })
    expect(await signedOut()).toEqual({ accounts: 0, failed: 0, next_cursor: null })
    expect(await eventsOf(app, someone.user.id, 'Sessions Revoke')).toHaveLength(1)
    expect(await eventsOf(app, leaver.user.id, 'Sessions Revoke')).toEqual([])
    expect(await auditOf(app, leaver.user.id, 'sessions ended')).toEqual([])
  })

  test('of more than a hundred accounts a hundred at a time, each once, until there is no cursor', async () => {
    const ids = await addAccounts(
      app,
      Array.from({ length: 130 }, (_, index) => `crowd_${index}`),
    )
    for (const id of ids) await addSessions(app, id, [{}, {}])
    const first = await signedOut()
    // The caller's own is one of the hundred, with no other session to end.
    expect(first).toEqual({ accounts: 99, failed: 0, next_cursor: String(ids[98]) })
    expect(await signedOut(admin, `?cursor=${first.next_cursor}`)).toEqual({
      ...{ accounts: 31, failed: 0, next_cursor: null },
    })
    for (const id of ids) expect(await eventsOf(app, id, 'Sessions Revoke')).toHaveLength(1)
    expect((await auditedPages()).map(({ details }) => details)).toEqual([
      { accounts: 100, after: 0 },
      { accounts: 31, after: ids[98] },
    ])
  })

  test('422 for what no page has ended with, and for what is not known; nothing is done', async () => {
    const someone = await register(app, 'someone')
    for (const query of ['?cursor=', '?cursor=0', '?cursor=x', `?cursor=${'9'.repeat(16)}`, '?user_id=1'])
      expect(await end(admin, query)).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
    expect(await statusesOf(app, someone)).toEqual([200, 200])
    expect(await auditedPages()).toEqual([])
  })

  test('403 without the permission, whatever headers are sent along, 401 for nobody; a role that has it may', async () => {
    const [attacker, supporter] = [await register(app, 'attacker'), await register(app, 'supporter')]
    const headers = { 'X-User-Id': String(admin.user.id), 'X-Role': 'admin', 'X-Permissions': 'users:*' }
    const token = accessOf(attacker)
    expect(await app.call('delete', '/users/sessions', { token, headers })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    })
    expect((await app.call('delete', '/users/sessions')).status).toBe(401)
    expect(await statusesOf(app, attacker)).toEqual([200, 200])

    const body = { name: 'support', permissions: ['users:write'] }
    await app.call('post', '/roles', { token: accessOf(admin), body })
    const path = `/users/${supporter.user.id}/roles`
    await app.call('put', path, { token: accessOf(admin), body: { roles: ['support'] } })
    await signedOut(await login(app, 'supporter'))
    expect(await statusOfMe(app, accessOf(admin))).toBe(401)
  })

  test('of two administrators at once each may sign the other out, and is 401 from then on; nobody else is left', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const names = [`one_${round}`, `other_${round}`]
      const admins = [await registerAdmin(app, names[0]!), await registerAdmin(app, names[1]!)]
      const people = [await register(app, `early_${round}`), await register(app, `late_${round}`)]
      const answers = await Promise.all(admins.map(async (each) => end(each)))
      for (const { status, text } of answers) expect([200, 401], text).toContain(status)
      for (const each of [...people, admin]) expect(await statusesOf(app, each)).toEqual([401, 401])
      for (const [index, each] of admins.entries()) {
        const statuses = await statusesOf(app, each)
        expect([
          [200, 200],
          [401, 401],
        ]).toContainEqual(statuses)
        // Who was kept out was signed out by the other, who was not.
        if (answers[index]!.status === 401) expect(statuses).toEqual([401, 401])
      }
      expect(answers.map(({ status }) => status)).toContain(200)
      // Whoever was signed out goes on with a new session.
      admin = await login(app, names[0]!)
      expect(await signedOut()).toMatchObject({ failed: 0, next_cursor: null })
      expect(await statusOfMe(app, accessOf(admins[1]!))).toBe(401)
    }
  })

  /** As over HTTP, but for what others do after it was let in. */
  const endAfter = async (meanwhile: () => Promise<unknown>) => {
    const { database, clock } = app
    const logger = createLogger({ service: 'test', level: 'silent' })
    const transact = createTransact({ database, clock, logger })
    const endThoseOf = createEndAllButThis({
      endAllSessions: createEndAllSessions({ transact, clock }),
      endOtherSessions: createEndOtherSessions({ transact, clock, issuer }),
    })
    let isFirst = true
    const endSessionsOfEveryone = createEndSessionsOfEveryone<Caller>({
      ...{ transact, logger, signedInAccounts: createSignedInAccounts({ database, clock }) },
      endThoseOf: async (...which) => {
        if (isFirst) await meanwhile()
        isFirst = false
        return endThoseOf(...which)
      },
    })
    const caller = { userId: admin.user.id, sessionId: sessionOf(admin) } as Caller
    return endSessionsOfEveryone(0, caller, nowhere)
  }

  test('of two administrators in the middle of it each signs the other out, and nobody is left', async () => {
    const someone = await register(app, 'someone')
    const other = await registerAdmin(app, 'the_other')
    const ended = await endAfter(async () => signedOut(other))
    expect(ended).toEqual({ accounts: 3, failed: 0, next: null })
    for (const each of [admin, other, someone]) expect(await statusesOf(app, each)).toEqual([401, 401])
    expect(await signedOut(await login(app, 'the_admin'))).toMatchObject({ accounts: 0 })
  })

  test('where the session that asks has ended meanwhile no other of its account is kept in its place', async () => {
    const someone = await register(app, 'someone')
    const elsewhere = await login(app, 'the_admin')
    const path = `/sessions/${sessionOf(admin)}`
    await endAfter(async () => app.call('delete', path, { token: accessOf(elsewhere) }))
    for (const each of [admin, elsewhere, someone]) expect(await statusesOf(app, each)).toEqual([401, 401])
  })
})

describeDialects('a failure while the sessions of everyone end', (createDatabase) => {
  let app: AuthApp
  beforeEach(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterEach(async () => app.close())

  const open = (failWith: (userId: number) => Error | undefined, accountsAtATime = 100) => {
    const lines: string[] = []
    const logger = createLogger({
      ...{ service: 'test', level: 'error' },
      destination: { write: (line: string) => void lines.push(line) },
    })
    const { database, clock } = app
    const transact = createTransact({ database, clock, logger })
    const endAllSessions = createEndAllSessions({ transact, clock })
    const endSessionsOfEveryone = createEndSessionsOfEveryone({
      ...{ transact, logger, accountsAtATime },
      signedInAccounts: createSignedInAccounts({ database, clock }),
      endThoseOf: async (userId, ender: undefined, origin) => {
        const failure = failWith(userId)
        if (failure) throw failure
        await endAllSessions(userId, ender, origin)
        return true
      },
    })
    const origin = { requestId: 'the-request' }
    return { lines, endAfter: async (after: number) => endSessionsOfEveryone(after, undefined, origin) }
  }
  const signIn = async (logins: readonly string[]) => {
    const ids = await addAccounts(app, logins)
    for (const id of ids) await addSessions(app, id, [{}])
    return ids
  }
  const toldOf = async (ids: readonly number[]) =>
    Promise.all(ids.map(async (id) => (await eventsOf(app, id, 'Sessions Revoke')).length))

  test('of one account stops no other; it is counted and logged, and the next time it is its turn again', async () => {
    const ids = await signIn(['one', 'two', 'three', 'four'])
    const { lines, endAfter } = open((id) => (id === ids[1] ? new Error('broken') : undefined), 3)
    expect(await endAfter(0)).toEqual({ accounts: 2, failed: 1, next: ids[2] })
    expect(await endAfter(ids[2] ?? 0)).toEqual({ accounts: 1, failed: 0, next: null })
    expect(await toldOf(ids)).toEqual([1, 0, 1, 1])
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      {
        ...{ msg: 'the sessions of an account could not be ended', request_id: 'the-request' },
        ...{ user_id: ids[1], err: { message: 'broken' } },
      },
    ])
    expect(await open(() => undefined).endAfter(0)).toEqual({ accounts: 1, failed: 0, next: null })
    expect(await toldOf(ids)).toEqual([1, 1, 1, 1])
  })

  test('of the database is told at once; the same again goes on where it stopped', async () => {
    const ids = await signIn(['one', 'two', 'three'])
    const { endAfter } = open((id) => (id === ids[1] ? createUnavailable('away') : undefined))
    await expect(endAfter(0)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await toldOf(ids)).toEqual([1, 0, 0])
    expect(await open(() => undefined).endAfter(0)).toEqual({ accounts: 2, failed: 0, next: null })
    expect(await toldOf(ids)).toEqual([1, 1, 1])
  })

  test('an account that is deactivated meanwhile stays so, and has no session', async () => {
    const ids = await signIn(['one', 'two', 'three'])
    const { database, clock } = app
    const silent = createLogger({ service: 'test', level: 'silent' })
    const transact = createTransact({ database, clock, logger: silent })
    const deactivate = async () =>
      transact(nowhere, async ({ accounts }) => accounts.deactivate(ids[1] ?? 0, clock()))
    const [ended] = await Promise.all([open(() => undefined).endAfter(0), deactivate()])
    expect(ended).toEqual({ accounts: 3, failed: 0, next: null })
    const { query, tables } = app.database
    const accounts = await query.select().from(tables.authInfo).orderBy(asc(tables.authInfo.id))
    expect(accounts.map(({ isActive }) => isActive)).toEqual([true, false, true])
    const sessions = await query.select().from(tables.sessions)
    expect(sessions.filter(({ endedAt }) => endedAt === null)).toEqual([])
  })
})
