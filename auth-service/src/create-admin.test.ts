import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { migrateDatabase } from '@accounts/shared/database/migrate'
import { createSqliteDatabase, type TestDatabase } from '@accounts/shared/testing/databases'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { commandLine, leastEnvironment, runCommand } from './features/operator/testing/run-command.ts'
import { type AuthApp, createAuthApp } from './testing/auth-app.ts'
import { login, password } from './testing/people.ts'

const person = {
  ADMIN_LOGIN: 'the_boss',
  ADMIN_EMAIL: 'boss@example.com',
  ADMIN_DISPLAY_NAME: 'The Boss',
}

const openMigrated = async (createDatabase: () => Promise<TestDatabase>) => {
  const created = await createDatabase()
  await migrateDatabase({ url: created.url, folder: migrationsFolder })
  return created
}

describeDialects('the process create-admin', (createDatabase) => {
  let created: TestDatabase
  beforeEach(async () => {
    created = await openMigrated(createDatabase)
  })

  const run = async (args: readonly string[], env: Record<string, string> = {}, input = '') =>
    runCommand('create-admin', args, { env: { DATABASE_URL: created.url, ...env }, input })
  /** The service, on the same database; it drops it when it is closed. */
  const startService = async (): Promise<AuthApp> => {
    const app = await createAuthApp({ createDatabase: async () => created })
    onTestFinished(async () => app.close())
    return app
  }

  test(
    'makes one before the service has ever run; the password is printed and logged nowhere',
    { timeout: 60_000 },
    async () => {
      const { code, stdout, stderr } = await run(['--json'], { ...person, ADMIN_PASSWORD: password })
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toEqual({
        ...{ id: 1, login: 'the_boss', email: 'boss@example.com', roles: ['admin', 'user'] },
      })
      expect(stderr).toMatch(/"roles assigned"/)
      expect(stdout + stderr).not.toContain(password)

      const app = await startService()
      const { token_pair } = await login(app, 'the_boss')
      expect(await app.call('get', '/me', { token: token_pair.access_token.token })).toMatchObject({
        body: { roles: ['admin', 'user'], permissions: ['audit:*', 'roles:*', 'users:*'] },
      })
      const { query, tables } = app.database
      expect(await query.select().from(tables.outbox)).toMatchObject([
        { aggregateId: 1, aggregateVersion: 1, type: 'Register', state: 'waiting' },
      ])
      const [account] = await query.select().from(tables.authInfo)
      expect(account?.hashedPassword).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/)
    },
  )

  test('two at once that want one if there is none make one', { timeout: 60_000 }, async () => {
    const given = { ...person, ADMIN_PASSWORD: password }
    const outcomes = await Promise.all([
      run(['--if-none', '--json'], given),
      run(['--if-none', '--json'], given),
    ])
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0])
    expect(outcomes.map(({ stdout }) => stdout).toSorted()).toEqual([
      '{"created":false}\n',
      '{"id":1,"login":"the_boss","email":"boss@example.com","roles":["admin","user"]}\n',
    ])
    // Nor does it need anything then, not even the password that has been taken away since.
    expect(await run(['--if-none'], { ADMIN_PASSWORD_FILE: '/nowhere' })).toEqual({
      ...{ code: 0, stdout: 'there is an active administrator: nothing was done\n', stderr: '' },
    })
    const app = await startService()
    expect(await app.database.query.select().from(app.database.tables.userRoles)).toHaveLength(1)
  })
})

describe('the process create-admin', () => {
  let created: TestDatabase
  beforeEach(async () => {
    created = await openMigrated(createSqliteDatabase)
  })
  afterEach(async () => created.drop())

  const run = async (args: readonly string[], env: Record<string, string> = {}, input = '') =>
    runCommand('create-admin', args, { env: { DATABASE_URL: created.url, ...env }, input })

  test(
    'takes the password from the standard input or a file, by the policy of the service',
    { timeout: 60_000 },
    async () => {
      const byPolicy = { ...person, PASSWORD_POLICY: 'length' }
      expect((await run(['--password-stdin'], byPolicy, `${password}\n`)).stderr).toMatch(/15 characters/)
      expect((await run([], { ...person, ADMIN_PASSWORD: 'P@ssw0rd' })).stderr).toMatch(/attackers try first/)
      const sent = await run(['--password-stdin'], byPolicy, 'a quiet lake at dawn\n')
      expect(sent).toMatchObject({ code: 0, stdout: expect.stringMatching(/is an administrator/) })

      const folder = mkdtempSync(path.join(tmpdir(), 'create-admin-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const file = path.join(folder, 'password')
      writeFileSync(file, `${password}\n`)
      const other = ['--login', 'other', '--email', 'other@example.com']
      expect((await run(other, { ...person, ADMIN_PASSWORD_FILE: file })).code).toBe(0)
      const app = await createAuthApp({ createDatabase: async () => ({ ...created, drop: async () => {} }) })
      onTestFinished(async () => app.close())
      expect((await login(app, 'other')).user.email).toBe('other@example.com')
    },
  )

  test('what cannot be done is told in one line, with 1', { timeout: 60_000 }, async () => {
    const empty = await createSqliteDatabase()
    const given = { ...person, ADMIN_PASSWORD: password }
    const outcomes = [
      [
        await run([], { ...given, DATABASE_URL: empty.url }),
        /^create-admin: the database lacks \d+ migrations: run .*\n$/,
      ],
      [await run([], person), /^create-admin: missing: password \(.*\)\n$/],
      [
        await run([], { ...given, ADMIN_PASSWORD: '', ADMIN_PASSWORD_FILE: '/nowhere' }),
        /ADMIN_PASSWORD_FILE: names a file that cannot be read \(ENOENT\)\n$/,
      ],
      [await run([], { ...given, ADMIN_EMAIL: 'nobody' }), /^create-admin: e-mail address: Has to be .*\n$/],
    ] as const
    for (const [{ code, stdout, stderr }, message] of outcomes) {
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(message)
      expect(stderr).not.toMatch(/SecurePass|\n {4}at /)
    }
    await empty.drop()
  })

  const typing = path.join(import.meta.dirname, 'features/operator/testing/type-at-terminal.py')
  const hasPython = spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode']).status === 0

  test.runIf(hasPython)(
    'on a real terminal it asks, shows what is typed, and never the password',
    { timeout: 60_000 },
    async () => {
      const steps = [
        ['login: ', 'the_boss\r'],
        ['e-mail address: ', 'boss@example.com\r'],
        ['display name: ', 'The Boss\r'],
        ['password: ', `${password}\r`],
        ['again: ', `${password}\r`],
      ]
      const { code, shown } = await new Promise<{ code: number; shown: string }>((resolve, reject) => {
        execFile(
          'python3',
          [typing, JSON.stringify(steps), ...commandLine('create-admin', ['--json'])],
          { timeout: 40_000, env: { ...leastEnvironment, DATABASE_URL: created.url, LOG_LEVEL: 'error' } },
          (error, stdout) =>
            error ? reject(new Error('the terminal failed', { cause: error })) : resolve(JSON.parse(stdout)),
        )
      })
      expect(shown).toContain('boss@example.com')
      expect(shown).toContain(
        '{"id":1,"login":"the_boss","email":"boss@example.com","roles":["admin","user"]}',
      )
      expect(shown).not.toMatch(/Secure|Pass123|\*/)
      expect(code).toBe(0)
    },
  )
})
