import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createUsersUseCases } from '../../compose-users.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  type SignedIn,
  statusOfMe,
} from '../../testing/people.ts'
import { auditedOf, eventsOf, openFoundation } from './testing/foundation.ts'
import { createUsersCommand, type UsersUseCases } from './users-command.ts'

describeDialects('the command users end-sessions --everyone', (createDatabase) => {
  let app: AuthApp
  let people: SignedIn[]
  beforeEach(async () => {
    app = await createAuthApp({ createDatabase })
    // A login may be a word of the command.
    people = [
      await registerAdmin(app, 'the_admin'),
      await register(app, 'everyone'),
      await register(app, 'all'),
    ]
  })
  afterEach(async () => app.close())

  const run = async (args: readonly string[], changes: Partial<UsersUseCases> = {}) => {
    let stdout = ''
    let stderr = ''
    const command = createUsersCommand({
      withUseCases: async (work) =>
        work({ ...createUsersUseCases(openFoundation(app, 'users')), ...changes }),
      print: (text) => void (stdout += text),
      warn: (text) => void (stderr += text),
    })
    const code = await command(['end-sessions', ...args])
    return { code, stdout, stderr }
  }
  const statuses = async () => Promise.all(people.map(async (person) => statusOfMe(app, accessOf(person))))

  test('signs everyone out, administrators too: told and written down of each; all can sign in again', async () => {
    expect(await run(['--everyone'])).toEqual({
      ...{ code: 0, stdout: 'accounts that were signed out: 3\n', stderr: '' },
    })
    expect(await statuses()).toEqual([401, 401, 401])
    for (const person of people) {
      const { id } = person.user
      expect((await refresh(app, refreshOf(person))).status).toBe(401)
      expect((await eventsOf(app, id)).slice(-1)).toMatchObject([{ event_type: 'Sessions Revoke', ver: 2 }])
      expect(await auditedOf(app, id)).toContainEqual({
        ...{ action: 'sessions ended', actorId: null, details: { command: 'users' } },
      })
    }
    const { query, tables } = app.database
    const whole = (await query.select().from(tables.auditLog)).filter(
      ({ action }) => action === 'everyone signed out',
    )
    expect(whole).toMatchObject([
      { actorId: null, userId: null, details: { command: 'users', accounts: 3, after: 0 } },
    ])
    expect(await statusOfMe(app, accessOf(await login(app, 'everyone')))).toBe(200)
    expect(await run(['--everyone', '--json'])).toEqual({
      ...{ code: 0, stdout: '{"accounts":1,"failed":0}\n', stderr: '' },
    })
  })

  test('goes through every page; what could not be ended is told, with 1', async () => {
    const pages = [
      { accounts: 100, failed: 0, next: 140 },
      { accounts: 0, failed: 0, next: 9_000 },
      { accounts: 20, failed: 2, next: null },
    ]
    const asked: number[] = []
    const endSessionsOfEveryone = async (after: number) => {
      asked.push(after)
      return pages[asked.length - 1]!
    }
    expect(await run(['--everyone', '--json'], { endSessionsOfEveryone })).toEqual({
      ...{ code: 1, stdout: '{"accounts":120,"failed":2}\n' },
      stderr: expect.stringMatching(/^users: accounts that could not be: 2\..*\n$/),
    })
    expect(asked).toEqual([0, 140, 9_000])
  })

  test('without WHO and --everyone, or with both, nobody is signed out, and it says how it is used', async () => {
    for (const [args, message] of [
      [[], 'end-sessions takes one WHO, or --everyone'],
      [[''], 'end-sessions takes one WHO, or --everyone'],
      [['', '--json'], 'end-sessions takes one WHO, or --everyone'],
      [['all', 'everyone'], 'end-sessions takes one WHO, or --everyone'],
      [['--everyone', 'all'], 'either WHO or --everyone'],
      [['', '--everyone'], 'either WHO or --everyone'],
      [['--everyone=no'], "Option '--everyone' does not take an argument"],
      [['--every'], "Unknown option '--every'"],
    ] as const) {
      const { code, stdout, stderr } = await run(args)
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toContain(`users: ${message}`)
      expect(stderr).toContain('Usage: users')
    }
    expect(await statuses()).toEqual([200, 200, 200])
  })

  test('a WHO that nobody is signs nobody out', async () => {
    for (const who of ['*', ' ', '--', '--everyone', '0', '%', 'nobody'])
      expect(await run(['--', who])).toMatchObject({ code: 1, stdout: '' })
    expect(await statuses()).toEqual([200, 200, 200])
  })

  test('an account that is called so is one account', async () => {
    expect((await run(['everyone'])).code).toBe(0)
    expect(await statuses()).toEqual([200, 401, 200])
  })
})
