import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { freePort } from '@accounts/shared/testing/free-port'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { runCommand } from './features/operator/testing/run-command.ts'
import { type AuthApp, createAuthApp } from './testing/auth-app.ts'
import { accessOf, register, registerAdmin, statusOfMe } from './testing/people.ts'

describeDialects('the process users', (createDatabase) => {
  let app: AuthApp
  beforeEach(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterEach(async () => app.close())

  test('works on the database of a service that runs', { timeout: 90_000 }, async () => {
    const run = async (...args: string[]) => runCommand('users', args, { env: { DATABASE_URL: app.url } })
    const admin = await registerAdmin(app, 'the_admin')
    const other = await registerAdmin(app, 'the_other')
    const { stdout } = await run('list', '--role', 'admin', '--json')
    expect((JSON.parse(stdout) as { users: object[] }).users).toMatchObject([
      { login: 'the_admin', roles: ['admin', 'user'] },
      { login: 'the_other', is_active: true },
    ])
    expect(await run('roles', 'the_other', 'user')).toMatchObject({
      ...{ code: 0, stdout: `the_other (account ${other.user.id}) has the roles user\n` },
      stderr: expect.stringMatching(/^\{.*"roles assigned".*"command":"users".*\}\n$/),
    })
    expect(await statusOfMe(app, accessOf(other))).toBe(401)
    expect(await run('deactivate', 'the_admin@example.com')).toEqual({
      ...{ code: 1, stdout: '', stderr: 'users: the last active administrator has to stay one\n' },
    })
    expect(await statusOfMe(app, accessOf(admin))).toBe(200)
    const someone = await register(app, 'someone')
    expect((await run('end-sessions', 'someone')).code).toBe(0)
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox).orderBy(tables.outbox.sequence)
    expect(events.map(({ type }) => type)).toEqual([
      'Register',
      'Register',
      'Roles Change',
      'Register',
      'Sessions Revoke',
    ])
    expect((await run('end-sessions', '')).code).toBe(1)
    expect(await statusOfMe(app, accessOf(admin))).toBe(200)
    expect(await run('end-sessions', '--everyone')).toEqual({
      ...{ code: 0, stdout: 'accounts that were signed out: 2\n' },
      stderr: expect.stringContaining('"everyone signed out"'),
    })
    expect(await statusOfMe(app, accessOf(admin))).toBe(401)
  })
})

describe('the process users', () => {
  test('a database without tables, or away, is told in one line, with 1', { timeout: 60_000 }, async () => {
    const { url, drop } = await createSqliteDatabase()
    const away = `postgres://user:the-secret@127.0.0.1:${await freePort()}/auth`
    for (const [DATABASE_URL, message] of [
      [url, /^users: the database lacks \d+ migrations: run .*\n$/],
      [away, /^users: .*PostgreSQL.*\n$/],
    ] as const) {
      const { code, stdout, stderr } = await runCommand('users', ['list'], { env: { DATABASE_URL } })
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(message)
      expect(stderr).not.toMatch(/the-secret|\n {4}at /)
    }
    await drop()
  })
})
