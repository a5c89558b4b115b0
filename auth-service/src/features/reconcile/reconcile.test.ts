import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq } from '@accounts/shared/database/operators'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createLogger } from '@accounts/shared/logging/logger'
import { freePort } from '@accounts/shared/testing/free-port'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createAccountPage } from '../../adapters/database/account-pages.ts'
import { createOutboxRecords } from '../../adapters/database/outbox-records.ts'
import { createTransact } from '../../adapters/database/transact.ts'
import { createKnownAccountPage } from '../../adapters/user-service/known-account-page.ts'
import { type AuthApp, createAuthApp, serviceSecret } from '../../testing/auth-app.ts'
import { accessOf, register } from '../../testing/people.ts'
import { createReconcileCommand } from './command.ts'
import { createReconcileAccounts } from './reconcile-accounts.ts'

interface Answered {
  auth_id: number
  is_active: boolean
  security_version: number
  event_version: number
  display_name: string | null
}

/** Answers as user-service does. */
const startKnowingServer = async () => {
  const known = new Map<number, Answered>()
  let pages = 0
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const [, credentials = ''] = (request.headers.authorization ?? '').split('Basic ')
    const isService = Buffer.from(credentials, 'base64').toString().endsWith(`:${serviceSecret}`)
    if (pathname !== '/accounts' || !isService) {
      response.writeHead(isService ? 404 : 401).end('{}')
      return
    }
    pages += 1
    const page = [...known.values()]
      .filter(({ auth_id }) => auth_id > Number(searchParams.get('after')))
      .toSorted((one, other) => one.auth_id - other.auth_id)
      .slice(0, Number(searchParams.get('limit')))
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(page))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    known,
    pages: () => pages,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

describeDialects('reconcile', (createDatabase) => {
  let app: AuthApp
  let server: Awaited<ReturnType<typeof startKnowingServer>>
  beforeEach(async () => {
    app = await createAuthApp({ createDatabase })
    server = await startKnowingServer()
  })
  afterEach(async () => {
    await server.close()
    await app.close()
  })

  const learn = (id: number, changes: Partial<Answered> = {}) =>
    server.known.set(id, {
      ...{ auth_id: id, is_active: true, security_version: 1, event_version: 1, display_name: 'John Doe' },
      ...changes,
    })

  /** Everything that was written so far has left, and long ago. */
  const deliver = async () => {
    const { query, tables } = app.database
    await query.update(tables.outbox).set({ state: 'published', publishedAt: app.clock() })
    app.pass(60)
  }

  const run = async (args: string, url = server.url) => {
    const { database, clock } = app
    let stdout = ''
    let stderr = ''
    const logger = createLogger({ service: 'auth-service', level: 'fatal', destination: { write: () => {} } })
    const reconcileAccounts = createReconcileAccounts({
      accountPage: createAccountPage(database),
      knownAccountPage: createKnownAccountPage({ url, serviceSecret }),
      outboxRecords: createOutboxRecords(database),
      transact: createTransact({ database, clock, logger }),
      clock,
    })
    const command = createReconcileCommand({
      withUseCases: async (work) => work({ reconcileAccounts }),
      print: (text) => void (stdout += text),
      warn: (text) => void (stderr += text),
    })
    const code = await command(args.split(' ').filter(Boolean))
    return { code, stdout, stderr }
  }

  const snapshots = async () => {
    const { outbox } = app.database.tables
    return app.database.query
      .select({ payload: outbox.payload, version: outbox.aggregateVersion, state: outbox.state })
      .from(outbox)
      .where(eq(outbox.type, 'Account Snapshot'))
      .orderBy(outbox.sequence)
  }

  const seed = async () => {
    const ids: number[] = []
    for (const login of ['same', 'missing', 'inactive', 'renamed', 'restored'])
      ids.push((await register(app, login)).user.id)
    const [same = 0, , inactive = 0, renamed = 0, restored = 0] = ids
    learn(same)
    learn(inactive, { is_active: false })
    learn(renamed, { display_name: null, event_version: 0 })
    learn(restored, { event_version: 7 })
    learn(restored + 100)
    await deliver()
    return ids
  }

  test('it says what differs, changes nothing, and ends with 2', async () => {
    const [, missing, inactive, renamed, restored = 0] = await seed()
    const { code, stdout } = await run('--page-size 2')
    expect(stdout.split('\n')).toEqual([
      `account ${missing}: user-service does not know it`,
      `account ${inactive}: differs in is_active`,
      `account ${renamed}: differs in display_name, event_version`,
      `account ${restored}: differs in ahead`,
      `account ${restored + 100}: only user-service knows it`,
      '5 accounts compared: 1 missing there, 1 unknown here, 3 differ, 0 on their way',
      '"reconcile --repair" sends them to user-service once more',
      '',
    ])
    expect(code).toBe(2)
    expect(server.pages()).toBeGreaterThan(2)
    expect(await snapshots()).toEqual([])
  })

  test('--repair sends a snapshot of each, above whatever user-service has heard of, and it is audited', async () => {
    const [same, ...differing] = await seed()
    server.known.delete(Math.max(...server.known.keys()))
    const { code, stdout } = await run('--repair --json')
    expect(code).toBe(0)
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines.at(-1)).toEqual({
      summary: { accounts: 5, missing: 1, unknown: 0, differing: 3, on_the_way: 0, repaired: 4 },
    })
    expect(lines.slice(0, -1)).toMatchObject(
      differing.map((account_id) => ({ account_id, state: 'repaired' })),
    )
    expect(await snapshots()).toEqual(
      differing.map((auth_id, index) => ({
        payload: {
          event_type: 'Account Snapshot',
          auth_id,
          display_name: 'John Doe',
          is_active: true,
          ver: 1,
        },
        version: index === 3 ? 8 : 2,
        state: 'waiting',
      })),
    )
    const { auditLog } = app.database.tables
    const audited = await app.database.query
      .select({ userId: auditLog.userId, actorId: auditLog.actorId })
      .from(auditLog)
      .where(eq(auditLog.action, 'account repaired'))
      .orderBy(auditLog.id)
    expect(audited).toEqual(differing.map((userId) => ({ userId, actorId: null })))
    expect(differing).not.toContain(same)

    // What it has just sent need not be sent again.
    const again = await run('--repair')
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('4 on their way\n0 repaired') })
  })

  test('what waits, or was written a moment ago, is on its way and not repaired', async () => {
    const waiting = await register(app, 'waiting')
    app.pass(3_600)
    const late = await run('--repair')
    expect(late).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(
        `account ${waiting.user.id}: user-service does not know it (on its way)`,
      ),
    })
    const { query, tables } = app.database
    await query.update(tables.outbox).set({ state: 'published', publishedAt: app.clock() })
    app.pass(9)
    expect((await run('')).code).toBe(0)
    app.pass(2)
    expect((await run('')).code).toBe(2)
    await query.update(tables.outbox).set({ state: 'parked' })
    expect((await run('')).code).toBe(2)
    expect(await snapshots()).toEqual([])
  })

  test('a deactivated account that is known as such differs in nothing', async () => {
    const { user, ...signedIn } = await register(app, 'gone')
    await app.call('post', '/account-delete', { token: accessOf({ user, ...signedIn }) })
    learn(user.id, { is_active: false, event_version: 2, display_name: null })
    await deliver()
    expect(await run('')).toMatchObject({ code: 0, stdout: expect.stringContaining('0 differ') })
  })

  test('user-service that is away, or not there, is told with 1, without a secret', async () => {
    const away = `http://127.0.0.1:${await freePort()}`
    const faults = [
      [away, `user-service cannot be asked at ${away} (ECONNREFUSED)`],
      [`${server.url}/elsewhere`, `user-service at ${server.url} answered 404 to GET /elsewhere/accounts`],
    ] as const
    for (const [url, fault] of faults)
      expect(await run('', url)).toEqual({ code: 1, stdout: '', stderr: `reconcile: ${fault}\n` })
  })

  test.each([
    ['--page-size 0', /--page-size has to be[^]*Usage: reconcile/],
    ['--page-size 501', /--page-size/],
    ['--repairs', /--repairs/],
    ['everything', /everything/],
  ])('"reconcile %s" is refused with the reason', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })
})
