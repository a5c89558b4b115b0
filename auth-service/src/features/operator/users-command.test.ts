import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUsersUseCases } from '../../compose-users.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import {
  accessOf,
  login,
  password,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  statusOfMe,
} from '../../testing/people.ts'
import { auditedOf, eventsOf, openFoundation } from './testing/foundation.ts'
import { createUsersCommand } from './users-command.ts'

describeDialects('the command users', (createDatabase) => {
  let app: AuthApp
  let admin: Awaited<ReturnType<typeof registerAdmin>>
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = await registerAdmin(app, 'the_admin')
    const role = { name: 'support', permissions: ['users:read'] }
    await app.call('post', '/roles', { token: accessOf(admin), body: role })
  })
  afterAll(async () => app.close())

  const run = async (args: string) => {
    let stdout = ''
    let stderr = ''
    const command = createUsersCommand({
      withUseCases: async (work) => work(createUsersUseCases(openFoundation(app, 'users'))),
      print: (text) => void (stdout += text),
      warn: (text) => void (stderr += text),
    })
    const code = await command(args.split(' ').filter(Boolean))
    return { code, stdout, stderr }
  }
  const answer = async (args: string) => {
    const { code, stdout, stderr } = await run(`${args} --json`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    return JSON.parse(stdout) as Record<string, unknown>
  }
  const listed = async (args: string) => {
    const { users, next_cursor } = (await answer(`list ${args}`)) as {
      users: { login: string }[]
      next_cursor: string | null
    }
    return { logins: users.map((user) => user.login), next: next_cursor }
  }
  const refused = (message: string) => ({ code: 1, stdout: '', stderr: `users: ${message}\n` })

  test('show tells all of an account by its id, its login or its address, as the API does', async () => {
    const { user } = await register(app, 'Shown_1')
    const { body } = await app.call('get', `/users/${user.id}`, { token: accessOf(admin) })
    for (const who of [user.id, 'shown_1', 'SHOWN_1@example.com'])
      expect(await answer(`show ${who}`)).toEqual(body)
    expect((await run('show shown_1')).stdout).toMatch(
      /^id: {9}\d+\nlogin: {6}Shown_1\ne-mail: {5}.*\nname: {7}John Doe\nstate: {6}active\nroles: {6}user\n/,
    )
  })

  test('digits are an id: a login that looks like the id of somebody else is never taken for it', async () => {
    const { user } = await register(app, 'meant')
    await register(app, String(user.id).padStart(3, '0'))
    expect(await answer(`show ${user.id}`)).toMatchObject({ login: 'meant' })
    await register(app, '4321')
    expect(await run('show 4321')).toEqual(refused('there is no account with the id 4321'))
    expect(await answer('show 4321@example.com')).toMatchObject({ login: '4321' })
    expect(await run(`show ${'9'.repeat(30)}`)).toMatchObject({ code: 1 })
    expect(await run('deactivate nobody@example.com')).toEqual(
      refused('there is no account nobody@example.com'),
    )
  })

  test('list finds by beginning, role and state, and goes on from page to page', async () => {
    for (const name of ['lister_1', 'lister_2', 'lister_3']) await register(app, name)
    await run('roles lister_2 support')
    await run('deactivate lister_3')
    const first = await listed('--query LISTER --limit 2')
    const second = await listed(`--query lister --limit 2 --after ${first.next}`)
    expect([...first.logins, ...second.logins]).toEqual(['lister_1', 'lister_2', 'lister_3'])
    expect(second.next).toBeNull()
    expect((await listed('--role support')).logins).toEqual(['lister_2'])
    expect((await listed('--inactive')).logins).toEqual(['lister_3'])
    const { stdout } = await run('list --query lister --limit 2')
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['ID', 'LOGIN', 'E-MAIL', 'STATE', 'ROLES', 'LAST LOGIN', 'NAME'],
      [expect.any(String), 'lister_1', 'lister_1@example.com', 'active', 'user', '-', 'John Doe'],
      [expect.any(String), 'lister_2', 'lister_2@example.com', 'active', 'support,user', '-', 'John Doe'],
      [`more: the same with --after ${first.next}`],
      [''],
    ])
    expect(await run('list --query nobody_is_so')).toEqual({
      code: 0,
      stdout: 'there are none\n',
      stderr: '',
    })
  })

  test.each([
    ['--limit 0', '--limit: Has to be a whole number from 1 to 100'],
    ['--after nonsense', '--after: Has to be the next_cursor of a page'],
    [
      '--role NONSENSE',
      '--role: Has to be 2 to 32 small letters, digits, _ or -, and to begin with a letter',
    ],
  ])('list %s is refused in one line', async (args, message) => {
    expect(await run(`list ${args}`)).toEqual(refused(message))
  })

  test('roles sets, adds, removes and shows them; older tokens are dead at once, the session goes on', async () => {
    const someone = await register(app, 'promoted')
    const { id } = someone.user
    expect(await answer('roles promoted support')).toEqual({
      ...{ id, login: 'promoted', email: 'promoted@example.com', roles: ['support', 'user'] },
    })
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    expect((await refresh(app, refreshOf(someone))).status).toBe(200)
    expect(await answer(`roles ${id} --add admin`)).toMatchObject({ roles: ['admin', 'support', 'user'] })
    const promoted = accessOf(await login(app, 'promoted'))
    expect((await app.call('get', '/users', { token: promoted })).status).toBe(200)
    expect(await answer('roles promoted --remove admin --remove support')).toMatchObject({ roles: ['user'] })
    expect(await statusOfMe(app, promoted)).toBe(401)
    expect(await run('roles promoted')).toMatchObject({
      stdout: `promoted (account ${id}) has the roles user\n`,
    })
    expect(
      (await eventsOf(app, id)).map(({ event_type, ...rest }) => [event_type, 'roles' in rest && rest.roles]),
    ).toEqual([
      ['Register', false],
      ['Roles Change', ['support', 'user']],
      ['Roles Change', ['admin', 'support', 'user']],
      ['Roles Change', ['user']],
    ])
    expect((await auditedOf(app, id)).filter(({ action }) => action === 'roles assigned')[0]).toEqual({
      ...{ action: 'roles assigned', actorId: null },
      details: { command: 'users', roles: 'support user', before: 'user' },
    })
  })

  test('roles that there are not change nothing', async () => {
    await register(app, 'unchanged')
    const refusal = refused('there is no role ghost, phantom')
    expect(await run('roles unchanged ghost support phantom')).toEqual(refusal)
    expect(await run('roles unchanged --add ghost --add support --remove phantom')).toEqual(refusal)
    expect(await answer('roles unchanged')).toMatchObject({ roles: ['user'] })
  })

  test('of roles that are added and removed at once none is lost', async () => {
    for (const name of ['crowd_a', 'crowd_b', 'crowd_c', 'crowd_d'])
      await app.call('post', '/roles', { token: accessOf(admin), body: { name, permissions: [] } })
    await register(app, 'crowded')
    await run('roles crowded crowd_d')
    await Promise.all(
      ['--add crowd_a', '--add crowd_b', '--add crowd_c', '--remove crowd_d'].map(async (edit) =>
        run(`roles crowded ${edit}`),
      ),
    )
    expect(await answer('roles crowded')).toMatchObject({ roles: ['crowd_a', 'crowd_b', 'crowd_c', 'user'] })
  })

  test('deactivate ends every session, reactivate lets its owner sign in again; both are told and written down', async () => {
    const someone = await register(app, 'leaving')
    const { id } = someone.user
    for (let times = 0; times < 2; times += 1)
      expect(await answer('deactivate leaving')).toEqual({ ...someone.user, is_active: false })
    expect(await statusOfMe(app, accessOf(someone))).toBe(401)
    const signIn = { body: { login: 'leaving', password } }
    expect((await app.call('post', '/login', signIn)).status).toBe(403)
    expect(await run(`reactivate ${id}`)).toEqual({
      ...{ code: 0, stdout: `leaving (account ${id}) is active\n`, stderr: '' },
    })
    expect((await app.call('post', '/login', signIn)).status).toBe(200)
    expect((await refresh(app, refreshOf(someone))).status).toBe(401)
    expect((await eventsOf(app, id)).map(({ event_type }) => event_type)).toEqual([
      'Register',
      'Account Deactivate',
      'Account Reactivate',
    ])
    const details = { command: 'users' }
    expect((await auditedOf(app, id)).filter(({ action }) => action.startsWith('account'))).toEqual([
      { action: 'account deactivated', actorId: null, details },
      { action: 'account reactivated', actorId: null, details },
    ])
  })

  test('end-sessions ends all of them, and the account can sign in again', async () => {
    const sessions = [await register(app, 'everywhere'), await login(app, 'everywhere')]
    const { id } = sessions[0]!.user
    expect(await answer('end-sessions everywhere')).toMatchObject({ id, sessions_ended: true })
    for (const session of sessions) {
      expect(await statusOfMe(app, accessOf(session))).toBe(401)
      expect((await refresh(app, refreshOf(session))).status).toBe(401)
    }
    expect(await statusOfMe(app, accessOf(await login(app, 'everywhere')))).toBe(200)
    expect(await eventsOf(app, id)).toMatchObject([
      {},
      { event_type: 'Sessions Revoke', auth_id: id, ver: 2 },
    ])
    expect(await auditedOf(app, id)).toContainEqual({
      ...{ action: 'sessions ended', actorId: null },
      details: { command: 'users' },
    })
  })

  test('the last active administrator stays one, whatever the command', async () => {
    const refusal = refused('the last active administrator has to stay one')
    for (const args of ['deactivate the_admin', 'roles the_admin user', 'roles the_admin --remove admin'])
      expect(await run(args)).toEqual(refusal)
    expect(await statusOfMe(app, accessOf(admin))).toBe(200)
    await register(app, 'successor')
    await run('roles successor --add admin')
    expect((await run('roles the_admin --remove admin')).code).toBe(0)
    expect(await statusOfMe(app, accessOf(admin))).toBe(401)
    expect(await run('deactivate successor')).toEqual(refusal)
    await run('roles the_admin --add admin')
    admin = await login(app, 'the_admin')
    expect((await run('deactivate successor')).code).toBe(0)
  })
})
