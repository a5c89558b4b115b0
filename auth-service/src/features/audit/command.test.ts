import { eq, gte } from '@accounts/shared/database/operators'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createAuditChain } from '../../adapters/database/audit-chain.ts'
import { createAuditRecords } from '../../adapters/database/audit-records.ts'
import { migrationsFolder } from '../../adapters/database/migrations-folder.ts'
import { defineTables } from '../../adapters/database/tables.ts'
import { createAuditCommand } from './command.ts'
import { createListAudit } from './list-audit.ts'
import { addEntries, at, chainSome, readEntries } from './testing/audit-trial.ts'
import { createVerifyAudit } from './verify-audit.ts'

describeDialects('the command audit-log', (createDatabase) => {
  const openDatabase = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let now: Date
  beforeEach(async () => {
    opened = await openDatabase()
    now = new Date(at.getTime() + 60_000)
  })
  afterEach(async () => opened.drop())

  const run = async (...args: string[]) => {
    let stdout = ''
    let stderr = ''
    const { database } = opened
    const auditRecords = createAuditRecords(database)
    const command = createAuditCommand({
      withUseCases: async (work) =>
        work({
          // Pages so small that a chain has several.
          verifyAudit: createVerifyAudit({
            ...{ auditChain: createAuditChain(database), clock: () => now, pageSize: 4 },
          }),
          listAudit: createListAudit({ auditRecords }),
          findAudit: auditRecords.find,
        }),
      print: (text) => void (stdout += text),
      warn: (text) => void (stderr += text),
    })
    return { code: await command(args), stdout, stderr }
  }

  const auditLog = () => opened.database.tables.auditLog
  type Row = ReturnType<typeof auditLog>['$inferSelect']

  const chain = async (count: number) => {
    await addEntries(opened.database, count)
    await chainSome(opened.database)
    return readEntries(opened.database)
  }

  const headOf = (rows: readonly Row[]) => `${rows.at(-1)?.position}:${rows.at(-1)?.hash}`

  describe('verify', () => {
    test('says that the chain is intact, and its head; nothing is intact too', async () => {
      expect(await run('verify')).toEqual({
        ...{ code: 0, stdout: `0 rows, intact, head 0:${'0'.repeat(64)}\n`, stderr: '' },
      })
      for (const count of [1, 3, 6]) {
        const rows = await chain(count)
        expect(await run('verify')).toEqual({
          ...{ code: 0, stdout: `${rows.length} rows, intact, head ${headOf(rows)}\n`, stderr: '' },
        })
      }
      expect(JSON.parse((await run('verify', '--json')).stdout)).toEqual({
        ...{ rows: 10, intact: true, fault: null, unchained: 0, overdue: 0 },
        head: { position: 10, hash: expect.stringMatching(/^[\da-f]{64}$/) },
      })
    })

    test('rows that are not chained yet are counted; they are a warning when they are older than a minute', async () => {
      await chain(2)
      await addEntries(opened.database, 3)
      const young = await run('verify')
      expect(young).toMatchObject({ code: 0, stderr: '' })
      expect(young.stdout).toMatch(/^2 rows, intact, head 2:\w+\n3 rows are not chained yet\n$/)
      now = new Date(now.getTime() + 1)
      const old = await run('verify')
      expect(old).toMatchObject({ code: 0, stdout: young.stdout })
      expect(old.stderr).toBe(
        'audit-log: 3 rows have waited for longer than a minute to be chained: is auth-service running?\n',
      )
    })

    const changes: [string, Partial<Row>][] = [
      ['at', { at: new Date(at.getTime() + 1) }],
      ['action', { action: 'logout' }],
      ['reason', { reason: 'another' }],
      ['account', { userId: 99 }],
      ['actor', { actorId: 1 }],
      ['session', { sessionId: null }],
      ['address', { ip: '127.0.0.2' }],
      ['request', { requestId: '' }],
      ['details', { details: { zeal: 0, able: 'ü', much: false } }],
      ['hash', { hash: 'f'.repeat(64) }],
    ]

    test.each(changes)('2: a row with another %s, by its position and id', async (_name, change) => {
      const rows = await chain(10)
      const { id } = rows[4]!
      await opened.database.query.update(auditLog()).set(change).where(eq(auditLog().id, id))
      expect(await run('verify')).toEqual({
        ...{ code: 2, stderr: '' },
        stdout: `the row at position 5 (id ${id}) was changed\n4 rows before it are intact, head ${headOf(rows.slice(0, 4))}\n`,
      })
      expect(JSON.parse((await run('verify', '--json')).stdout)).toMatchObject({
        ...{ rows: 4, intact: false, fault: { kind: 'changed', position: 5, id } },
      })
    })

    test('2: a row that was deleted, by its position', async () => {
      const rows = await chain(10)
      await opened.database.query.delete(auditLog()).where(eq(auditLog().position, 5))
      const { code, stdout } = await run('verify')
      expect(code).toBe(2)
      expect(stdout).toContain(
        `the row at position 5 is missing: position 6 (id ${rows[5]?.id}) comes next\n`,
      )
    })

    test('2: rows that were exchanged, put in, or taken out of the chain to be chained again', async () => {
      const rows = await chain(10)
      const { query } = opened.database
      const move = async (from: number, to: number | null) =>
        query.update(auditLog()).set({ position: to }).where(eq(auditLog().position, from))
      await move(3, 100)
      await move(8, 3)
      await move(100, 8)
      expect((await run('verify')).stdout).toContain(`position 3 (id ${rows[7]?.id}) was changed`)
      await move(8, 100)
      await move(3, 8)
      await move(100, 3)
      expect((await run('verify')).code).toBe(0)
      const [id] = await addEntries(opened.database, 1, { position: 0, hash: rows[0]?.hash })
      expect((await run('verify')).stdout).toContain(`the row at position 0 (id ${id}) was put in\n`)
      await query.delete(auditLog()).where(eq(auditLog().position, 0))
      await move(4, null)
      await chainSome(opened.database)
      expect((await run('verify')).stdout).toContain('the row at position 4 is missing')
    })

    test('2: with a noted head also that the end was cut off, or that all of it was written anew', async () => {
      const rows = await chain(10)
      const noted = headOf(rows)
      for (const head of [noted, headOf(rows.slice(0, 6)), headOf(rows.slice(0, 1))])
        expect((await run('verify', '--head', head)).code).toBe(0)
      const { query } = opened.database
      await query.delete(auditLog()).where(gte(auditLog().position, 8))
      expect((await run('verify')).code).toBe(0)
      const cut = await run('verify', '--head', noted)
      expect(cut.code).toBe(2)
      expect(cut.stdout).toContain('the row at position 8 is missing, and what came after it')
      await query.update(auditLog()).set({ position: null, hash: null, ip: 'elsewhere' })
      await chain(3)
      expect((await run('verify')).code).toBe(0)
      const anew = await run('verify', '--head', noted)
      expect(anew.code).toBe(2)
      expect(anew.stdout).toContain('the row at position 10 has another hash than the noted head')
    })
  })

  describe('list and show', () => {
    test('newest first, page by page, by what is asked for', async () => {
      expect(await run('list')).toEqual({ code: 0, stdout: 'there are none\n', stderr: '' })
      await addEntries(opened.database, 2, { userId: 7, action: 'login refused', reason: 'wrong password' })
      const rows = await chain(3)
      const { stdout } = await run('list', '--limit', '4')
      const lines = stdout.split('\n').map((line) => line.split(/ {2,}/))
      expect(lines.slice(0, 2)).toEqual([
        ['ID', 'AT', 'ACTION', 'REASON', 'ACCOUNT', 'ACTOR', 'IP', 'POSITION'],
        [String(rows[4]?.id), at.toISOString(), 'login', 'none', '3', '-', '127.0.0.1', '5'],
      ])
      const [, cursor = ''] = /\nmore: --after (\S+)\n$/.exec(stdout) ?? []
      const rest = JSON.parse((await run('list', '--after', cursor, '--json')).stdout) as {
        entries: { id: number }[]
        next_cursor: null
      }
      expect(rest).toMatchObject({ entries: [{ id: rows[0]?.id }], next_cursor: null })
      const filtered = await run('list', '--action', 'login refused', '--user', '7', '--since', '2026-03-04')
      expect(filtered.stdout.match(/wrong password/g)).toHaveLength(2)
      expect((await run('list', '--until', '2026-03-04')).stdout).toBe('there are none\n')
    })

    test('one entry whole, and none that can meddle with a terminal', async () => {
      const [id] = await addEntries(opened.database, 1, {
        ...{ ip: '\u001B[2J', reason: '\u202Eevil\n', details: { event_id: '\u0007', type: 'Register' } },
      })
      await chainSome(opened.database)
      const shown = await run('show', String(id))
      expect(shown.code).toBe(0)
      expect(shown.stdout).toMatch(/^action: +login\nreason: +\\u\{202e\}evil\\u\{a\}$/m)
      expect(shown.stdout).toMatch(/^position: +1\nhash: +[\da-f]{64}$/m)
      const all = shown.stdout + (await run('list')).stdout
      for (const character of ['\u001B', '\u0007', '\u202E']) expect(all).not.toContain(character)
      expect(JSON.parse((await run('show', String(id), '--json')).stdout)).toMatchObject({
        ...{ id, ip: '\u001B[2J', details: { type: 'Register' }, position: 1 },
      })
      expect(await run('show', '999999')).toEqual({
        ...{ code: 1, stdout: '', stderr: 'audit-log: there is no entry 999999\n' },
      })
    })
  })

  test('a database that is away is told in one line, with 1', async () => {
    await opened.database.close()
    for (const args of [['verify'], ['list'], ['show', '1']]) {
      const { code, stdout, stderr } = await run(...args)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^audit-log: [^\n]*closed[^\n]*\n$/)
    }
  })
})
