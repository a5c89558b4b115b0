import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFillSearch } from '../../adapters/database/fill-search.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, password, registerAdmin } from '../../testing/people.ts'

interface Listed {
  id: number
  login: string
}

const names = [
  ['anna_1', 'Анна Мария'],
  ['johnny', 'John Doe'],
  ['john_2', 'John Johnson'],
  ['zoe', 'Zoe Johnson'],
  ['doe_jane', 'Jane Doe'],
  ['maria', 'María López'],
] as const

describeDialects('accounts for those who look after them', (createDatabase) => {
  let app: AuthApp
  let admin: { id: number; token: string }
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    const signedIn = await registerAdmin(app, 'the_admin')
    admin = { id: signedIn.user.id, token: accessOf(signedIn) }
    for (const [login, display_name] of names) {
      const body = { login, display_name, email: `${login}@example.com`, password }
      expect(await app.call('post', '/register', { body })).toMatchObject({ status: 201 })
    }
  })
  afterAll(async () => app.close())

  const page = async (query: Record<string, string>) => {
    const path = `/users?${new URLSearchParams(query).toString()}`
    const { status, body, text } = await app.call('get', path, { token: admin.token })
    expect(status, text).toBe(200)
    const { users, next_cursor } = body as { users: Listed[]; next_cursor: string | null }
    return { logins: users.map(({ login }) => login), users, next: next_cursor }
  }
  const all = async (query: Record<string, string>) => {
    const logins: string[] = []
    let { logins: found, next } = await page(query)
    for (logins.push(...found); next !== null; logins.push(...found))
      ({ logins: found, next } = await page({ ...query, cursor: next }))
    return logins
  }
  const everybody = ['the_admin', ...names.map(([login]) => login)]

  test('one is shown with roles, times and state, and an unknown one is 404', async () => {
    const { users } = await page({ query: 'johnny' })
    const answer = await app.call('get', `/users/${users[0]?.id}`, { token: admin.token })
    expect(answer).toMatchObject({
      status: 200,
      body: {
        login: 'johnny',
        display_name: 'John Doe',
        roles: ['user'],
        is_active: true,
        last_login_at: null,
      },
    })
    expect(await app.call('get', `/users/${admin.id}`, { token: admin.token })).toMatchObject({
      body: { roles: ['admin', 'user'], last_login_at: expect.any(String) },
    })
    expect((await app.call('get', '/users/999999', { token: admin.token })).status).toBe(404)
  })

  test.each(['1', '2', '3', '100'])('pages of %s go by id and meet everybody once', async (limit) => {
    expect(await all({ limit })).toEqual(everybody)
  })

  test.each([
    ['john', ['john_2', 'johnny', 'the_admin', 'zoe']],
    ['JOHN D', ['johnny', 'the_admin']],
    ['doe', ['doe_jane', 'johnny', 'the_admin']],
    ['jane doe', ['doe_jane']],
    ['анна', ['anna_1']],
    ['мария', ['anna_1']],
    ['lópez', ['maria']],
    ['maria@', ['maria']],
    ['example', []],
    ['%', []],
    ['_', []],
    ['johnson"; drop table auth_info; --', []],
  ])('%j finds %j, each once, in pages of any size', async (query, logins) => {
    const found = await all({ query })
    expect(found.toSorted()).toEqual(logins)
    for (const limit of ['1', '2']) expect(await all({ query, limit })).toEqual(found)
  })

  test('by role and by state', async () => {
    expect(await all({ role: 'admin' })).toEqual(['the_admin'])
    expect(await all({ role: 'nobody_has_it' })).toEqual([])
    const { users } = await page({ query: 'zoe' })
    await app.call('post', `/account-delete/${users[0]?.id}`, { token: admin.token })
    expect(await all({ is_active: 'false' })).toEqual(['zoe'])
    expect(await all({ is_active: 'true', limit: '2' })).toEqual(everybody.filter((login) => login !== 'zoe'))
    await app.call('post', `/users/${users[0]?.id}/reactivate`, { token: admin.token })
  })

  test.each([
    [{ query: 'john', role: 'admin' }],
    [{ role: 'admin', is_active: 'true' }],
    [{ cursor: 'nonsense' }],
    [{ limit: '0' }],
    [{ limit: '101' }],
    [{ query: ' ' }],
    [{ sort: 'login' }],
  ])('refuses %j', async (query) => {
    const path = `/users?${new URLSearchParams(query as Record<string, string>).toString()}`
    expect((await app.call('get', path, { token: admin.token })).status).toBe(422)
  })

  test('accounts from before there was a search become findable', async () => {
    const { query, tables } = app.database
    await query.delete(tables.searchKeys)
    expect(await all({ query: 'john' })).toEqual([])
    // One that is ended after its first page, and one that goes on where that one was.
    expect(await createFillSearch(app.database, 2)()).toBe(true)
    const findable = async () =>
      query.selectDistinct({ id: tables.searchKeys.userId }).from(tables.searchKeys)
    expect(await findable()).toHaveLength(2)
    const fill = createFillSearch(app.database, 2)
    while (await fill());
    expect(await findable()).toHaveLength((await query.select().from(tables.authInfo)).length)
    expect(await createFillSearch(app.database, 2)()).toBe(false)
    expect(await all({ query: 'zoe' })).toEqual(['zoe'])
  })

  test('nobody else sees any of it', async () => {
    const { body } = await app.call('post', '/login', { body: { login: 'zoe', password } })
    const { token } = (body as { token_pair: { access_token: { token: string } } }).token_pair.access_token
    for (const path of ['/users', `/users/${admin.id}`])
      expect(await app.call('get', path, { token })).toMatchObject({
        status: 403,
        body: { code: 'not_allowed' },
      })
  })
})
