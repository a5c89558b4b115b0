import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PasswordHasher } from '../../ports.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, register, registration } from '../../testing/people.ts'
import { createAdminCommand } from './admin-command.ts'
import { createCreateAdmin } from './create-admin.ts'
import { auditedOf, eventsOf, openFoundation } from './testing/foundation.ts'

describeDialects('making an administrator', (createDatabase) => {
  let app: AuthApp
  let hashes: string[]
  beforeEach(async () => {
    app = await createAuthApp({ createDatabase })
    hashes = []
  })
  afterEach(async () => app.close())

  const passwords: Pick<PasswordHasher, 'hash'> = {
    hash: async (text) => {
      hashes.push(text)
      return 'the hash of the password'
    },
  }
  const createAdmin = (needs = openFoundation(app, 'create-admin')) =>
    createCreateAdmin({ ...needs, passwords })

  const administrators = async () => {
    const { query, tables } = app.database
    return query.select().from(tables.userRoles).where(eq(tables.userRoles.role, 'admin'))
  }
  const accounts = async () => app.database.query.select().from(app.database.tables.authInfo)

  test('writes the account, its role, one event and two entries of the audit log', async () => {
    const made = await createAdmin()(registration('the_boss'), { ifNone: false })
    expect(made).toMatchObject({ login: 'the_boss', securityVersion: 1, roles: ['admin', 'user'] })
    const id = made?.id ?? 0
    expect(await accounts()).toMatchObject([
      { id, hashedPassword: 'the hash of the password', isActive: true },
    ])
    expect(await administrators()).toMatchObject([{ userId: id }])
    expect(await eventsOf(app, id)).toEqual([
      { event_type: 'Register', auth_id: id, display_name: 'John Doe' },
    ])
    const command = 'create-admin'
    expect(await auditedOf(app, id)).toEqual([
      { action: 'registered', actorId: null, details: { command } },
      {
        ...{ action: 'roles assigned', actorId: null },
        details: { command, roles: 'admin user', before: 'user' },
      },
    ])
  })

  test('writes all of it or nothing', async () => {
    const foundation = openFoundation(app, 'create-admin')
    const failing = createAdmin({
      ...foundation,
      transact: async (origin, work) =>
        foundation.transact(origin, async (store) =>
          work({
            ...store,
            outbox: { add: async () => Promise.reject(new Error('the event cannot be written')) },
          }),
        ),
    })
    await expect(failing(registration('the_boss'), { ifNone: false })).rejects.toThrow('cannot be written')
    expect(await accounts()).toEqual([])
    expect(await administrators()).toEqual([])
    expect(await app.database.query.select().from(app.database.tables.auditLog)).toEqual([])
  })

  test.each([
    ['login', { login: 'TAKEN' }, 'the login TAKEN is taken; "users roles TAKEN --add admin" makes'],
    [
      'address',
      { email: 'TAKEN@example.com' },
      'the e-mail address TAKEN@example.com is taken; "users roles TAKEN@example.com --add admin" makes',
    ],
  ])('a %s that is taken, in whatever case, is told in one line with what to do', async (_, taken, line) => {
    const { user } = await register(app, 'taken')
    let stderr = ''
    const command = createAdminCommand({
      withUseCases: async (work) =>
        work({
          hasActiveAdmin: async () => false,
          gatherRegistration: async () => ({ ...registration('the_boss'), ...taken }),
          createAdmin: createAdmin(),
        }),
      print: () => {},
      warn: (text) => void (stderr += text),
    })
    expect(await command([])).toBe(1)
    expect(stderr).toBe(`create-admin: ${line} that account an administrator\n`)
    expect(await accounts()).toMatchObject([{ id: user.id }])
    expect(await administrators()).toEqual([])
  })

  test('of many at once that want one if there is none, one makes it', async () => {
    const made = await Promise.all(
      // As one deployment would send it to several hosts, and as several would.
      Array.from({ length: 8 }, async (_, index) =>
        createAdmin()(registration(`the_boss_${index % 4}`), { ifNone: true }),
      ),
    )
    expect(made.filter((account) => account !== null)).toHaveLength(1)
    expect(await administrators()).toHaveLength(1)
    expect(await accounts()).toHaveLength(1)
  })

  test('one who was deactivated does not count as there', async () => {
    const gone = await createAdmin()(registration('gone'), { ifNone: true })
    await app.database.query
      .update(app.database.tables.authInfo)
      .set({ isActive: false })
      .where(eq(app.database.tables.authInfo.id, gone?.id ?? 0))
    const next = await createAdmin()(registration('next'), { ifNone: true })
    expect(next).toMatchObject({ login: 'next' })
    expect(await createAdmin()(registration('after'), { ifNone: true })).toBeNull()
  })

  test('signs in and may do everything, with the hash that the command made', async () => {
    const { user } = await register(app, 'hashed')
    const [hashed] = await accounts()
    const made = await createCreateAdmin({
      ...openFoundation(app, 'create-admin'),
      passwords: { hash: async () => hashed?.hashedPassword ?? '' },
    })(registration('the_boss'), { ifNone: false })
    const token = accessOf(await login(app, 'the_boss'))
    expect(await app.call('get', '/me', { token })).toMatchObject({
      status: 200,
      body: {
        user: { id: made?.id },
        roles: ['admin', 'user'],
        permissions: ['audit:*', 'roles:*', 'users:*'],
      },
    })
    expect((await app.call('post', `/account-delete/${user.id}`, { token })).status).toBe(200)
  })
})
