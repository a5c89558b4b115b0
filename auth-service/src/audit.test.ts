import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eq } from '@accounts/shared/database/operators'
import { openDatabase } from '@accounts/shared/database/open'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import type { RunningService } from '@accounts/shared/process/run-service'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { freePort } from '@accounts/shared/testing/free-port'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type AuthDatabase, defineTables } from './adapters/database/tables.ts'
import { composeAuthService } from './compose.ts'
import { readConfig } from './config.ts'
import { password, registration, type SignedIn } from './testing/people.ts'

const program = path.join(import.meta.dirname, 'audit.ts')

/** The command as a process of its own, with nothing in its environment but what is given. */
const run = async (args: string, env: Record<string, string>) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', '--conditions=@accounts/source', program, ...args.split(' ')],
      { timeout: 30_000, env: { PATH: process.env['PATH'], ...env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })

describeDialects('the audit log of a running service', (createDatabase) => {
  let folder: string
  let url: string
  let testDatabase: TestDatabase
  let database: AuthDatabase
  let services: RunningService[]
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'auth-audit-'))
    testDatabase = await createDatabase()
    services = []
    url = await start()
    database = await openDatabase({ url: testDatabase.url, defineTables })
  })
  afterEach(async () => {
    await Promise.all(services.map(async (service) => service.close()))
    await database.close()
    await testDatabase.drop()
    await rm(folder, { recursive: true, force: true })
  })

  const start = async () => {
    const port = await freePort()
    services.push(
      await composeAuthService(
        readConfig({
          ...{ PORT: String(port), DATABASE_URL: testDatabase.url, LOG_LEVEL: 'silent' },
          ...{ BUS_FILE: path.join(folder, 'bus.db'), KEY_RING: path.join(folder, 'keys.json') },
          ...{ ARGON2_MEMORY_KIB: '8', ARGON2_PASSES: '1' },
        }),
      ),
    )
    return `http://127.0.0.1:${port}`
  }

  const post = async (to: string, body: object) =>
    fetch(`${url}${to}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })

  const readEntries = async () => database.query.select().from(database.tables.auditLog)

  const untilChained = async (count: number) =>
    vi.waitUntil(
      async () => (await readEntries()).filter(({ position }) => position !== null).length === count,
      { timeout: 10_000, interval: 50 },
    )

  test(
    'is chained within seconds; the command follows the chain and finds a row that was changed',
    { timeout: 60_000 },
    async () => {
      const { user, token_pair } = (await (
        await post('/register', registration('chained'))
      ).json()) as SignedIn
      expect((await post('/login', { login: 'chained', password })).status).toBe(200)
      expect((await post('/login', { login: 'chained', password: `${password}x` })).status).toBe(401)
      await untilChained(3)
      expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/^audit_chained_total\{.*\} 3$/m)

      const env = { DATABASE_URL: testDatabase.url }
      const intact = await run('verify', env)
      expect(intact).toMatchObject({ code: 0, stderr: '' })
      expect(intact.stdout).toMatch(/^3 rows, intact, head 3:[\da-f]{64}\n$/)
      const listed = await run('list --json', env)
      const { entries } = JSON.parse(listed.stdout) as { entries: object[] }
      expect(entries).toMatchObject([
        { action: 'login refused', reason: 'wrong password', user_id: user.id, position: 3 },
        { action: 'login', user_id: user.id, position: 2 },
        { action: 'registered', user_id: user.id, position: 1 },
      ])
      const [, head = ''] = /head (\S+)/.exec(intact.stdout) ?? []
      expect((await run(`verify --head ${head}`, env)).code).toBe(0)
      for (const secret of [password, '$argon2', token_pair.refresh_token.token.split('.')[2] ?? ''])
        expect(listed.stdout).not.toContain(secret)

      const { auditLog } = database.tables
      await database.query.update(auditLog).set({ action: 'login' }).where(eq(auditLog.position, 3))
      expect(await run('verify', env)).toMatchObject({
        code: 2,
        stdout: expect.stringContaining('position 3'),
      })
      expect((await run('show 3 --all', env)).code).toBe(1)
    },
  )

  test('is chained on by another process when one stops', { timeout: 60_000 }, async () => {
    await post('/register', registration('first'))
    await untilChained(1)
    url = await start()
    await services.shift()?.close()
    await post('/register', registration('second'))
    await untilChained(2)
    expect((await run('verify', { DATABASE_URL: testDatabase.url })).stdout).toMatch(/^2 rows, intact/)
  })
})

test('a wrong setting is told by its name, with 1', { timeout: 60_000 }, async () => {
  const { code, stdout, stderr } = await run('verify', { DATABASE_URL: 'http://the-secret' })
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^audit-log: .*DATABASE_URL/s)
  expect(stderr).not.toMatch(/the-secret|\n {4}at /)
})
