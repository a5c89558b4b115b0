import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import type { AccountEvent } from '@accounts/shared/events/account-events'
import { createLogger } from '@accounts/shared/logging/logger'
import { asc, eq } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newAccount, newSession, now, openStore, type OpenedStore, times } from './testing/open-store.ts'
import { createTransact } from './transact.ts'
import { nowhere } from '../../domain/audit.ts'

describeDialects('transactions of auth-service', (createDatabase) => {
  let opened: OpenedStore
  beforeAll(async () => {
    opened = await openStore(createDatabase)
  })
  afterAll(async () => {
    await opened.drop()
  })

  const revoked = (auth_id: number): AccountEvent => ({
    event_type: 'Session Revoke',
    auth_id,
    session_id: 'one',
    expires_at: now.toISOString(),
  })
  const readEvents = async (accountId: number) => {
    const { outbox } = opened.tables
    return opened.query
      .select()
      .from(outbox)
      .where(eq(outbox.aggregateId, accountId))
      .orderBy(asc(outbox.sequence))
  }
  const countEverything = async () => {
    const { authInfo, sessions, tokenBlacklist, outbox, auditLog } = opened.tables
    const tables = [authInfo, sessions, tokenBlacklist, outbox, auditLog]
    return Promise.all(tables.map(async (table) => (await opened.query.select().from(table)).length))
  }

  test('what fails leaves no row and no log line, and the error is handed on', async () => {
    const before = await countEverything()
    const failure = new Error('changed my mind')
    const attempt = opened.transact(nowhere, async ({ accounts, sessions, blacklist, outbox, audit }) => {
      const account = await accounts.insert(newAccount('undone'))
      const userId = account!.id
      await sessions.insert(newSession(userId))
      await blacklist.add([{ tokenId: 'undone', userId, expiresAt: now }], now)
      await outbox.add(revoked(userId))
      await audit.add({ action: 'registered', userId })
      throw failure
    })
    await expect(attempt).rejects.toBe(failure)
    expect(await countEverything()).toEqual(before)
    expect(opened.lines).toEqual([])
  })

  test('an audit entry is a row, and a log line only after the commit', async () => {
    const { id: userId } = await opened.register('audited')
    const origin = { requestId: 'request-1', ip: '127.0.0.1\0' }
    const linesInside = await opened.transact(origin, async ({ audit }) => {
      await audit.add({ action: 'login refused', reason: 'wrong password', userId })
      await audit.add({ action: 'logout', userId, actorId: 7, sessionId: 's', details: { sessions: 2 } })
      return opened.lines.length
    })
    expect(linesInside).toBe(0)
    const { auditLog } = opened.tables
    const rows = await opened.query.select().from(auditLog).orderBy(asc(auditLog.id))
    const about = { reason: null, actorId: null, sessionId: null, ip: '127.0.0.1', details: null }
    const empty = { ...about, position: null, hash: null }
    const common = { ...empty, id: expect.any(Number), at: now, userId, requestId: 'request-1' }
    expect(rows).toEqual([
      { ...common, action: 'login refused', reason: 'wrong password' },
      { ...common, action: 'logout', actorId: 7, sessionId: 's', details: { sessions: 2 } },
    ])
    const line = { msg: 'audit', level: 'info', request_id: 'request-1' }
    expect(opened.lines).toMatchObject([
      { ...line, audit: { action: 'login refused', reason: 'wrong password', user_id: userId } },
      {
        ...line,
        audit: { action: 'logout', user_id: userId, actor_id: 7, session_id: 's', details: { sessions: 2 } },
      },
    ])
  })

  test('an event is kept with its order, its headers and the request that caused it', async () => {
    const { id } = await opened.register('told')
    const event: AccountEvent = { event_type: 'Register', auth_id: id, display_name: 'Анна Мария' }
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await opened.transact({ requestId: 'request-2', traceparent }, async ({ outbox }) => outbox.add(event))
    await opened.transact(nowhere, async ({ outbox }) => outbox.add(revoked(id)))
    const common = {
      sequence: expect.any(Number),
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      aggregateId: id,
      state: 'waiting',
      publishedAt: null,
      parkedAt: null,
      parkedReason: null,
      createdAt: now,
    }
    const headers = {
      'x-aggregate-id': String(id),
      'x-schema-version': 1,
      'x-occurred-at': now.toISOString(),
    }
    expect(await readEvents(id)).toEqual([
      {
        ...common,
        aggregateVersion: 1,
        type: 'Register',
        payload: event,
        headers: { ...headers, 'x-aggregate-version': 1, traceparent },
        correlationId: 'request-2',
      },
      {
        ...common,
        aggregateVersion: 2,
        type: 'Session Revoke',
        payload: revoked(id),
        headers: { ...headers, 'x-aggregate-version': 2 },
        correlationId: null,
      },
    ])
  })

  test('who delivers events is told once for each commit that has some, when they can be read already', async () => {
    const { id } = await opened.register('announced')
    const told: number[] = []
    const reading: Promise<void>[] = []
    const look = async () => {
      told.push((await readEvents(id)).length)
    }
    const transact = createTransact({
      database: opened.database,
      clock: () => now,
      logger: createLogger({ service: 'test', level: 'silent' }),
      onEvents: () => reading.push(look()),
    })
    await transact(nowhere, async ({ outbox }) => {
      await outbox.add(revoked(id))
      await outbox.add(revoked(id))
    })
    await Promise.all(reading)
    expect(told).toEqual([2])
    await transact(nowhere, async ({ accounts }) => accounts.find(id))
    const failed = transact(nowhere, async ({ outbox }) => {
      await outbox.add(revoked(id))
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(reading).toHaveLength(1)
  })

  test('an event has left before whoever made it goes on, whose next work may take long', async () => {
    const { id } = await opened.register('leaves')
    const happened: string[] = []
    const transact = createTransact({
      database: opened.database,
      clock: () => now,
      logger: createLogger({ service: 'test', level: 'silent' }),
      // As long as it takes to publish: a turn to hand it over, another to write it.
      onEvents: () => setImmediate(() => setImmediate(() => happened.push('sent'))),
    })
    await transact(nowhere, async ({ outbox }) => outbox.add(revoked(id)))
    happened.push('answered')
    expect(happened).toEqual(['sent', 'answered'])
  })

  test('of two events of an account the later one never has the earlier time', async () => {
    const { id } = await opened.register('in_time')
    let moment = now.getTime()
    const transact = createTransact({
      database: opened.database,
      clock: () => new Date((moment += 1)),
      logger: createLogger({ service: 'test', level: 'silent' }),
    })
    await times(30, async () => transact(nowhere, async ({ outbox }) => outbox.add(revoked(id))))
    const occurred = (await readEvents(id)).map(({ headers }) => headers['x-occurred-at'])
    expect(occurred).toHaveLength(30)
    expect(occurred).toEqual(occurred.toSorted())
  })

  test('events of one account that come at once have every version once, in the order they are committed', async () => {
    const { id } = await opened.register('busy')
    await times(30, async () => opened.transact(nowhere, async ({ outbox }) => outbox.add(revoked(id))))
    const versions = (await readEvents(id)).map(({ aggregateVersion }) => aggregateVersion)
    expect(versions).toEqual(Array.from({ length: 30 }, (_, index) => index + 1))
  })

  test.each([
    ['with a member that its schema does not know', { extra: true }, 'unrecognized_keys'],
    ['with a member of another kind', { session_id: 1 }, 'invalid_type'],
    ['of no account', { auth_id: 987_654 }, 'does not exist'],
  ])('an event %s is refused, and with it the change', async (_, spoilt, reason) => {
    const { id } = await opened.register(`spoils_${Object.keys(spoilt).join('')}`)
    const attempt = opened.transact(nowhere, async ({ accounts, outbox }) => {
      await accounts.deactivate(id, now)
      await outbox.add({ ...revoked(id), ...spoilt } as unknown as AccountEvent)
    })
    await expect(attempt).rejects.toThrow(reason)
    const account = await opened.transact(nowhere, async ({ accounts }) => accounts.find(id))
    expect(account).toMatchObject({ isActive: true })
  })

  test('a token is blacklisted once; no token is no trouble', async () => {
    const { id: userId } = await opened.register('lister')
    const token = (tokenId: string) => ({ tokenId, userId, expiresAt: now })
    await opened.transact(nowhere, async ({ blacklist }) => blacklist.add([token('a'), token('b')], now))
    await opened.transact(nowhere, async ({ blacklist }) => blacklist.add([token('b'), token('c')], now))
    await opened.transact(nowhere, async ({ blacklist }) => blacklist.add([], now))
    const rows = await opened.query.select().from(opened.tables.tokenBlacklist)
    expect(rows.map(({ jti }) => jti).toSorted()).toEqual(['a', 'b', 'c'])
    expect(rows[0]).toMatchObject({ userId, expiresAt: now, blacklistedAt: now })
  })
})
