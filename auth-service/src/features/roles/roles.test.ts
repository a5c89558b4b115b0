import { permissions } from '@accounts/shared/access/permissions'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, register, registerAdmin, statusOfMe } from '../../testing/people.ts'

describeDialects('roles', (createDatabase) => {
  let app: AuthApp
  let admin: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    admin = accessOf(await registerAdmin(app, 'the_admin'))
  })
  afterAll(async () => app.close())

  const create = async (name: string, allowed: readonly string[], token = admin) =>
    app.call('post', '/roles', { token, body: { name, description: 'For a test', permissions: allowed } })
  const show = async (name: string) => app.call('get', `/roles/${name}`, { token: admin })
  const change = async (name: string, body: object, token = admin) =>
    app.call('patch', `/roles/${name}`, { token, body })

  /** Somebody with these roles, signed in since they have them. */
  const holderOf = async (name: string, ...roles: string[]) => {
    const { user } = await register(app, name)
    const path = `/users/${user.id}/roles`
    expect(await app.call('put', path, { token: admin, body: { roles } })).toMatchObject({ status: 200 })
    return { id: user.id, token: accessOf(await login(app, name)) }
  }

  test('there are the built-in ones, with the permissions of the code', async () => {
    const answer = await app.call('get', '/roles', { token: admin })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        roles: [
          { name: 'admin', built_in: true, permissions: ['audit:*', 'roles:*', 'users:*'] },
          { name: 'user', built_in: true, permissions: [] },
        ],
        next_cursor: null,
      },
    })
    const stored = await app.database.query.select().from(app.database.tables.permissions)
    expect(Object.fromEntries(stored.map(({ name, description }) => [name, description]))).toEqual(
      permissions,
    )
    const { body } = await app.call('get', '/permissions', { token: admin })
    expect((body as { permissions: { name: string }[] }).permissions.map(({ name }) => name)).toEqual(
      Object.keys(permissions),
    )
  })

  test('one is made, shown, changed and deleted', async () => {
    expect(await create('editor', ['users:read', 'users:read'])).toMatchObject({
      status: 201,
      body: { name: 'editor', built_in: false, permissions: ['users:read'], version: 1 },
    })
    expect(await change('editor', { version: 1, permissions: ['audit:*'] })).toMatchObject({
      status: 200,
      body: { description: 'For a test', permissions: ['audit:*'], version: 2 },
    })
    expect(await change('editor', { version: 2, description: 'Other words' })).toMatchObject({ status: 200 })
    expect((await show('editor')).body).toEqual({
      name: 'editor',
      description: 'Other words',
      built_in: false,
      permissions: ['audit:*'],
      version: 3,
    })
    expect((await app.call('delete', '/roles/editor', { token: admin })).status).toBe(204)
    expect((await show('editor')).status).toBe(404)
  })

  test('of two administrators who change the same one, the second is told', async () => {
    await create('contested', [])
    expect((await change('contested', { version: 1, description: 'First' })).status).toBe(200)
    expect(await change('contested', { version: 1, description: 'Second' })).toMatchObject({
      status: 409,
      body: { code: 'changed_meanwhile' },
    })
    const both = await Promise.all(
      ['One', 'Other'].map((description) => change('contested', { version: 2, description })),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409])
  })

  test.each([
    ['a name that is taken', async () => create('user', []), 409, 'role_exists'],
    [
      'a permission that there is not',
      async () => create('dreamer', ['dreams:read']),
      422,
      'validation_failed',
    ],
    ['a name that is none', async () => create('Not A Name', []), 422, 'validation_failed'],
    [
      'another right for a built-in one',
      async () => change('user', { version: 1, permissions: ['users:*'] }),
      409,
      'role_built_in',
    ],
    [
      'the end of a built-in one',
      async () => app.call('delete', '/roles/admin', { token: admin }),
      409,
      'role_built_in',
    ],
    ['a change of one that is not there', async () => change('nowhere', { version: 1 }), 404, 'not_found'],
  ])('refuses %s', async (_, ask, status, code) => {
    expect(await ask()).toMatchObject({ status, body: { code } })
  })

  test('one that somebody holds is not deleted', async () => {
    await create('held', [])
    await holderOf('the_holder', 'held')
    expect(await app.call('delete', '/roles/held', { token: admin })).toMatchObject({
      status: 409,
      body: { code: 'role_in_use' },
    })
  })

  test('a change of what it allows is in force at once: older tokens of who holds it are dead, others live', async () => {
    await create('reader', ['users:read'])
    const [first, second] = [await holderOf('reader_1', 'reader'), await holderOf('reader_2', 'reader')]
    const bystander = accessOf(await register(app, 'bystander'))
    expect((await change('reader', { version: 1, description: 'Only words' })).status).toBe(200)
    expect(await statusOfMe(app, first.token)).toBe(200)

    expect((await change('reader', { version: 2, permissions: ['roles:read'] })).status).toBe(200)
    expect(await statusOfMe(app, first.token)).toBe(401)
    expect(await statusOfMe(app, second.token)).toBe(401)
    expect(await statusOfMe(app, bystander)).toBe(200)
    const again = accessOf(await login(app, 'reader_1'))
    expect(await app.call('get', '/me', { token: again })).toMatchObject({
      body: { roles: ['reader', 'user'], permissions: ['roles:read'] },
    })
    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox).where(eq(tables.outbox.aggregateId, first.id))
    expect(
      events.map(({ payload }) => payload).filter(({ event_type }) => event_type === 'Roles Change'),
    ).toEqual([
      { event_type: 'Roles Change', auth_id: first.id, roles: ['reader', 'user'], ver: 2 },
      { event_type: 'Roles Change', auth_id: first.id, roles: ['reader', 'user'], ver: 3 },
    ])
  })

  test('nobody makes, changes or deletes one that allows more than their own', async () => {
    await create('role_editor', ['roles:read', 'roles:write'])
    await create('powerful', ['users:*'])
    const { token } = await holderOf('the_role_editor', 'role_editor')
    const refused = { status: 403, body: { code: 'not_allowed' } }
    expect(await create('mine', ['users:read'], token)).toMatchObject(refused)
    expect(await create('all_of_a_kind', ['roles:*'], token)).toMatchObject(refused)
    expect(await change('powerful', { version: 1, permissions: [] }, token)).toMatchObject(refused)
    expect(await app.call('delete', '/roles/powerful', { token })).toMatchObject(refused)
    expect(await create('mine', ['roles:read'], token)).toMatchObject({ status: 201 })
    expect(await change('mine', { version: 1, permissions: ['users:write'] }, token)).toMatchObject(refused)
  })

  test('pages go by name, and begin where the other ended whatever came in between', async () => {
    const page = async (query: string) => {
      const { body } = await app.call('get', `/roles?${query}`, { token: admin })
      const { roles, next_cursor } = body as { roles: { name: string }[]; next_cursor: string | null }
      return { names: roles.map(({ name }) => name), next_cursor }
    }
    const all = (await page('limit=100')).names
    expect(all).toEqual(all.toSorted())
    const first = await page('limit=2')
    await create('aaa', [])
    const seen = [...first.names]
    for (let cursor = first.next_cursor; cursor !== null;) {
      const next = await page(`limit=2&cursor=${cursor}`)
      seen.push(...next.names)
      cursor = next.next_cursor
    }
    expect(seen).toEqual(all)
  })

  test('every change is in the audit log, with who did it', async () => {
    await create('audited', ['audit:read'])
    await change('audited', { version: 1, permissions: [] })
    await app.call('delete', '/roles/audited', { token: admin })
    const { query, tables } = app.database
    const rows = await query.select().from(tables.auditLog)
    const ofRole = rows.filter(({ details }) => details?.['role'] === 'audited')
    expect(ofRole.map(({ action, actorId, details }) => [action, actorId, details?.['permissions']])).toEqual(
      [
        ['role created', expect.any(Number), 'audit:read'],
        ['role changed', expect.any(Number), ''],
        ['role deleted', expect.any(Number), ''],
      ],
    )
  })
})
