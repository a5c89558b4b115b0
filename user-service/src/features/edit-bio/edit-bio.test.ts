import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUserApp, type UserApp } from '../../testing/user-app.ts'

describeDialects('edit bio', (createDatabase) => {
  let app: UserApp
  beforeAll(async () => {
    app = await createUserApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const edit = async (token: string, body: unknown) => app.call('patch', '/edit-bio', { token, body })
  const read = async (token: string) => app.call('get', '/profile', { token })

  test('200 with the profile as it is now, also as the very first request; null clears it', async () => {
    const token = app.tokenOf({ id: 31 })
    const edited = await edit(token, { bio: 'Hello, I am John!' })
    expect(edited.status).toBe(200)
    expect(edited.body).toEqual({
      id: expect.any(Number),
      auth_id: 31,
      display_name: 'John Doe',
      bio: 'Hello, I am John!',
      is_active: true,
    })
    expect((await read(token)).body).toEqual(edited.body)
    expect((await edit(token, { bio: null })).body).toEqual({ ...(edited.body as object), bio: null })
    expect((await edit(token, { bio: '' })).body).toMatchObject({ bio: '' })
  })

  test('what it was changed to, and when, is kept', async () => {
    const token = app.tokenOf({ id: 32 })
    await read(token)
    app.pass(60)
    await edit(token, { bio: 'Later' })
    const { query, tables } = app.database
    const [row] = await query.select().from(tables.userProfiles).where(eq(tables.userProfiles.authId, 32))
    expect(row).toMatchObject({ bio: 'Later', updatedAt: app.clock() })
    expect(row?.createdAt.getTime()).toBe(app.clock().getTime() - 60_000)
  })

  test.each([
    ['five hundred emoji', '😀'.repeat(500)],
    ['five hundred letters', 'ж'.repeat(500)],
    ['line breaks and quotes', `one\ntwo\t"three" 'four' -- ; \\`],
    ['what looks like HTML', '<script>alert(1)</script>'],
  ])('%s are kept as they are', async (_, bio) => {
    const token = app.tokenOf({ id: 33 })
    expect(await edit(token, { bio })).toMatchObject({ status: 200, body: { bio } })
    expect(await read(token)).toMatchObject({ body: { bio } })
  })

  test.each([
    ['one letter too many', { bio: 'x'.repeat(501) }, 'bio'],
    ['one emoji too many', { bio: '😀'.repeat(501) }, 'bio'],
    ['NUL', { bio: 'a\0b' }, 'bio'],
    ['half a character', { bio: 'a\uD800b' }, 'bio'],
    ['a number', { bio: 7 }, 'bio'],
    ['a list', { bio: ['x'] }, 'bio'],
    ['nothing', {}, 'bio'],
    ['an unknown member', { bio: 'x', role: 'admin' }, 'role'],
    ['what is not ours to change', { bio: 'x', auth_id: 1 }, 'auth_id'],
  ])('422: %s', async (_, body, path) => {
    const token = app.tokenOf({ id: 34 })
    const before = (await read(token)).body
    expect(await edit(token, body)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ path }] },
    })
    expect((await read(token)).body).toEqual(before)
  })

  test('401 of an account that is deactivated between the guard and the change, and nothing changes', async () => {
    const { query, tables } = app.database
    const token = app.tokenOf({ id: 35 })
    await edit(token, { bio: 'before' })
    // Not the state, which the guard reads: the profile, which is all that the change looks at.
    await query.update(tables.userProfiles).set({ isActive: false }).where(eq(tables.userProfiles.authId, 35))
    expect(await edit(token, { bio: 'after' })).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    })
    const [row] = await query.select().from(tables.userProfiles).where(eq(tables.userProfiles.authId, 35))
    expect(row?.bio).toBe('before')
  })

  test('16. nobody reads or changes the profile of somebody else, whatever they send', async () => {
    const [attacker, victim] = [app.tokenOf({ id: 36 }), app.tokenOf({ id: 37 })]
    await edit(victim, { bio: 'mine' })
    const headers = { 'X-User-Id': '37', 'X-Auth-Id': '37', 'X-Role': 'admin' }
    for (const path of ['/profile', '/profile?auth_id=37', '/profile?id=2&user_id=37'])
      expect((await app.call('get', path, { token: attacker, headers })).body).toMatchObject({ auth_id: 36 })
    for (const path of ['/edit-bio', '/edit-bio?auth_id=37'])
      expect(
        (await app.call('patch', path, { token: attacker, headers, body: { bio: 'theirs' } })).body,
      ).toMatchObject({ auth_id: 36 })
    for (const body of [
      { bio: 'theirs', auth_id: 37 },
      { bio: 'theirs', id: 1 },
      { bio: 'theirs', role: 'admin' },
    ])
      expect((await app.call('patch', '/edit-bio', { token: attacker, headers, body })).status).toBe(422)
    expect((await read(victim)).body).toMatchObject({ auth_id: 37, bio: 'mine' })
    const accounts = await app.call('get', '/accounts', { token: attacker, headers })
    expect(accounts).toMatchObject({ status: 401, body: { code: 'wrong_credentials' } })
  })

  test('17. headers and cookies that claim an identity get nobody in', async () => {
    const token = app.tokenOf({ id: 38 })
    for (const headers of [{ 'X-User-Id': '38' }, { Cookie: `access_token=${token}` }])
      for (const [method, path] of [
        ['get', '/profile'],
        ['patch', '/edit-bio'],
      ] as const)
        expect((await app.call(method, path, { headers })).status).toBe(401)
  })
})
