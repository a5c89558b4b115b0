import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { createLogger } from '@accounts/shared/logging/logger'
import type { Bus, DeadLetters } from '@accounts/shared/messaging/bus'
import type { SqliteTrial } from '@accounts/shared/messaging/testing/sqlite-trial'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrationsFolder } from '../../adapters/database/migrations-folder.ts'
import { createOutboxRecords } from '../../adapters/database/outbox-records.ts'
import { defineTables } from '../../adapters/database/tables.ts'
import { createTransact } from '../../adapters/database/transact.ts'
import type { Republish } from '../../ports.ts'
import { createEventsCommand } from './command.ts'
import { addRows, openSqliteBusTrial, parkLetters, publishSample } from './testing/events-trial.ts'
import { createEventUseCases } from './use-cases.ts'

const now = new Date('2026-04-05T06:07:08.090Z')

describeDialects('the command events', (createDatabase) => {
  const openDatabase = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let trial: SqliteTrial
  let bus: Bus
  let republished: Parameters<Republish>[0][]
  beforeEach(async () => {
    opened = await openDatabase()
    ;({ trial, bus } = await openSqliteBusTrial())
    republished = []
  })
  afterEach(async () => {
    await trial.end()
    await opened.drop()
  })

  const run = async (args: string, letters: Partial<DeadLetters> = {}) => {
    let stdout = ''
    let stderr = ''
    const { database } = opened
    const clock = () => now
    const logger = createLogger({ service: 'auth-service', level: 'fatal', destination: { write: () => {} } })
    const useCases = createEventUseCases({
      deadLetters: { ...bus.deadLetters, ...letters },
      outboxRecords: createOutboxRecords(database),
      transact: createTransact({ database, clock, logger }),
      republish: async (which) => republished.push(which),
      clock,
    })
    const command = createEventsCommand({
      withUseCases: async (work) => work(useCases),
      print: (text) => void (stdout += text),
      warn: (text) => void (stderr += text),
    })
    const code = await command(args.split(' ').filter(Boolean))
    return { code, stdout, stderr }
  }

  const listed = async (args = '') => {
    const { stdout } = await run(`list --json ${args}`)
    const { events, next_cursor } = JSON.parse(stdout) as {
      events: { id: string; kind: string }[]
      next_cursor: string | null
    }
    return { events, ids: events.map(({ id }) => id), next: next_cursor }
  }

  const audited = async () => {
    const { auditLog } = opened.database.tables
    return opened.database.query
      .select({
        action: auditLog.action,
        userId: auditLog.userId,
        actorId: auditLog.actorId,
        details: auditLog.details,
      })
      .from(auditLog)
      .orderBy(auditLog.id)
  }

  const rows = async () => {
    const { outbox } = opened.database.tables
    return opened.database.query
      .select({ id: outbox.id, type: outbox.type, state: outbox.state, parkedReason: outbox.parkedReason })
      .from(outbox)
      .orderBy(outbox.sequence)
  }

  const addAccount = async () => {
    const { query, tables } = opened.database
    const [account] = await query
      .insert(tables.authInfo)
      .values({
        ...{ login: 'john', loginKey: 'john', email: 'j@example.com', emailKey: 'j@example.com' },
        ...{ displayName: 'John Doe', hashedPassword: 'x', isActive: true, securityVersion: 3 },
        ...{ eventVersion: 5, createdAt: now, updatedAt: now },
      })
      .returning({ id: tables.authInfo.id })
    return account?.id ?? 0
  }

  test('list is a table of what is dead or parked, with its reason, oldest first', async () => {
    expect(await run('list')).toEqual({ code: 0, stdout: 'there are none\n', stderr: '' })
    const dead = await publishSample(bus, 7)
    await parkLetters(bus, 1, 'the handler broke')
    const [parked, waiting] = await addRows(opened.database, [
      { accountId: 8, version: 1, state: 'parked' },
      { accountId: 8, version: 2 },
      { accountId: 9, version: 1, state: 'published' },
    ])
    const { code, stdout } = await run('list')
    expect(code).toBe(0)
    expect(
      stdout.split('\n').map((line) => line.replaceAll(/\d{4}-[\d:.T-]+Z/g, 'TIME').split(/ {2,}/)),
    ).toEqual([
      ['ID', 'KIND', 'TYPE', 'ACCOUNT', 'WHEN', 'TRIED', 'REASON'],
      [dead, 'dead', 'Register', '7', 'TIME', '0', 'the handler broke'],
      [parked, 'parked', 'Register', '8', 'TIME', '-', 'no queue is bound'],
      [''],
    ])
    expect((await listed('--kind waiting')).ids).toEqual([waiting])
    expect((await listed('--kind parked')).ids).toEqual([parked])
    expect((await listed('--kind dead')).events).toMatchObject([
      {
        ...{ id: dead, kind: 'dead', type: 'Register', account_id: 7, request_id: 'the-request' },
        ...{ occurred_at: '2026-03-04T05:06:07.089Z', attempts: 0, reason: 'the handler broke' },
        body: '{"event_type":"Register","auth_id":7,"display_name":"John Doe"}',
      },
    ])
  })

  test.each([1, 2, 3, 4, 50])('pages of %i show each event once, across its kinds', async (limit) => {
    const expected: string[] = []
    for (let each = 1; each <= 3; each += 1) {
      expected.push(await publishSample(bus, each))
      await parkLetters(bus, 1, 'broke')
    }
    const parked = [1, 2, 3].map((accountId) => ({ accountId, version: 1, state: 'parked' as const }))
    expected.push(...(await addRows(opened.database, parked)))
    const seen: string[] = []
    let after = ''
    for (let page = 0; page < 10; page += 1) {
      const { ids, next } = await listed(`--limit ${limit}${after}`)
      expect(ids.length).toBeLessThanOrEqual(limit)
      seen.push(...ids)
      if (next === null) break
      after = ` --after ${next}`
    }
    expect(seen).toEqual(expected)
  })

  test('a letter that anybody may have written is shown as text, and cannot meddle with a terminal', async () => {
    await trial.put('user_info', { id: 'odd-\u001B[2J', body: '{not JSON \u001B]0;x\u0007' })
    await parkLetters(bus, 1, '\u202Eevil\n')
    const table = await run('list')
    expect(table.stdout).toMatch(/^odd-\\u\{1b\}\[2J +dead .* \\u\{202e\}evil\\u\{a\}$/m)
    const { code, stdout } = await run('show odd-\u001B[2J')
    expect(code).toBe(0)
    expect(stdout).toContain(String.raw`body:       {not JSON \u{1b}]0;x\u{7}`)
    for (const character of ['\u001B', '\u0007', '\u202E'])
      expect(stdout + table.stdout).not.toContain(character)
  })

  test('show tells all of one, wherever it lies; a body is cut in lists only', async () => {
    const long = 'x'.repeat(5_000)
    await trial.put('user_info', { id: 'long', body: long })
    await parkLetters(bus, 1, 'its body is not JSON')
    expect((await listed()).events).toMatchObject([{ body: `${long.slice(0, 1_000)}…` }])
    const [published = ''] = await addRows(opened.database, [
      { accountId: 8, version: 1, state: 'published' },
    ])
    const shown = [await run('show long --json'), await run(`show ${published} --json`)]
    expect(shown.map(({ stdout }) => JSON.parse(stdout) as object)).toMatchObject([
      { id: 'long', kind: 'dead', body: long, account_id: null, reason: 'its body is not JSON' },
      { id: published, kind: 'published', account_id: 8, attempts: null, reason: null },
    ])
    expect(await run('show nothing')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'events: there is no event nothing\n',
    })
  })

  test('replay puts a dead letter back under its id, and is audited', async () => {
    const id = await publishSample(bus, 7)
    await parkLetters(bus, 1, 'broke')
    expect(await run(`replay ${id}`)).toMatchObject({ code: 0, stdout: 'it is on its way\n' })
    expect((await listed()).ids).toEqual([])
    expect(await trial.drain('user_info')).toMatchObject([{ id }])
    expect(await audited()).toEqual([
      {
        ...{ action: 'event replayed', userId: 7, actorId: null },
        details: { event_id: id, kind: 'dead', type: 'Register' },
      },
    ])
  })

  test('replay lets a parked or published row wait again; one that waits, or is unknown, is told with 1', async () => {
    const [parked = '', published = '', waiting = ''] = await addRows(opened.database, [
      { accountId: 8, version: 1, state: 'parked' },
      { accountId: 9, version: 1, state: 'published' },
      { accountId: 9, version: 2 },
    ])
    for (const id of [parked, published]) expect((await run(`replay ${id}`)).code).toBe(0)
    for (const id of [waiting, 'unknown'])
      expect(await run(`replay ${id}`)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/no such event/),
      })
    expect((await rows()).map(({ state, parkedReason }) => `${state} ${parkedReason}`)).toEqual(
      Array.from({ length: 3 }, () => 'waiting null'),
    )
    expect((await audited()).map(({ userId, details }) => [userId, details?.['event_id']])).toEqual([
      [8, parked],
      [9, published],
    ])
  })

  test('replay --all takes everything that is dead or parked, and nothing else', async () => {
    const letters = [await publishSample(bus, 1), await publishSample(bus, 2), await publishSample(bus, 3)]
    await parkLetters(bus, 3, 'broke')
    await addRows(opened.database, [
      { accountId: 8, version: 1, state: 'parked' },
      { accountId: 9, version: 1, state: 'parked' },
      { accountId: 9, version: 2, state: 'published' },
    ])
    const { code, stdout } = await run('replay --all --json')
    expect({ code, stdout: JSON.parse(stdout) as object }).toEqual({
      code: 0,
      stdout: { dead: 3, parked: 2 },
    })
    expect((await trial.drain('user_info')).map(({ id }) => id).toSorted()).toEqual(letters.toSorted())
    expect((await rows()).map(({ state }) => state)).toEqual(['waiting', 'waiting', 'published'])
    expect(await audited()).toEqual([
      { action: 'events replayed', userId: null, actorId: null, details: { dead: 3, parked: 2 } },
    ])
  })

  test('discard removes a dead letter or a parked row; a snapshot of the account goes in its place', async () => {
    const accountId = await addAccount()
    const dead = await publishSample(bus, accountId)
    await parkLetters(bus, 1, 'broke')
    const [parked = ''] = await addRows(opened.database, [{ accountId, version: 1, state: 'parked' }])
    expect(await run(`discard ${dead}`)).toMatchObject({ code: 0, stdout: 'it is gone\n' })
    expect((await run(`discard ${parked}`)).code).toBe(0)
    expect((await listed()).ids).toEqual([])
    expect(await trial.drain('user_info')).toEqual([])
    const { outbox } = opened.database.tables
    const snapshot = { event_type: 'Account Snapshot', auth_id: accountId, display_name: 'John Doe' }
    expect(
      await opened.database.query
        .select({ version: outbox.aggregateVersion, payload: outbox.payload })
        .from(outbox)
        .orderBy(outbox.sequence),
    ).toEqual([6, 7].map((version) => ({ version, payload: { ...snapshot, is_active: true, ver: 3 } })))
    expect(await audited()).toMatchObject([
      { action: 'event discarded', userId: accountId, details: { event_id: dead, kind: 'dead' } },
      { action: 'event discarded', userId: accountId, details: { event_id: parked, kind: 'parked' } },
    ])
  })

  test('what is no dead letter and not parked cannot be discarded', async () => {
    const ids = await addRows(opened.database, [
      { accountId: 8, version: 1 },
      { accountId: 8, version: 2, state: 'published' },
    ])
    for (const id of [...ids, 'unknown']) expect((await run(`discard ${id}`)).code).toBe(1)
    expect(await rows()).toHaveLength(2)
    expect(await audited()).toEqual([])
  })

  test('a letter of an account that does not exist can be discarded all the same', async () => {
    const id = await publishSample(bus, 999)
    await parkLetters(bus, 1, 'broke')
    expect((await run(`discard ${id}`)).code).toBe(0)
    expect(await rows()).toEqual([])
    expect(await audited()).toHaveLength(1)
  })

  test('republish asks for what was published since then, and is audited', async () => {
    const answer = await run('republish --since 2026-01-02T03:04:05+01:00 --account 7 --parked --json')
    expect(answer).toEqual({ code: 0, stdout: '{"events":1}\n', stderr: '' })
    await run('republish --since 2026-01-02')
    const since = new Date('2026-01-02T02:04:05Z')
    expect(republished).toEqual([
      { since, accountId: 7, parked: true },
      { since: new Date('2026-01-02'), accountId: undefined, parked: false },
    ])
    expect(await audited()).toMatchObject([
      { userId: 7, details: { since: since.toISOString(), parked: true, events: 1 } },
      { action: 'events republished', userId: null, actorId: null, details: { events: 2 } },
    ])
  })

  test('what was done but could not be audited is told so, with 1', async () => {
    const id = await publishSample(bus, 7)
    await parkLetters(bus, 1, 'broke')
    const replay: DeadLetters['replay'] = async (letter) => {
      await opened.database.close()
      return bus.deadLetters.replay(letter)
    }
    const { code, stderr } = await run(`replay ${id}`, { replay })
    expect(code).toBe(1)
    expect(stderr).toBe('events: the event is replayed, but that could not be written to the audit log\n')
    expect(await trial.drain('user_info')).toMatchObject([{ id }])
  })

  test('dead letters that cannot be reached are told with their reason; what is parked is shown all the same', async () => {
    await bus.close()
    expect(await run('list')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^events: the message bus is closed\n$/),
    })
    expect((await run('list --kind parked')).code).toBe(0)
  })
})
