import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createUserApp, serviceSecret, type UserApp } from '../testing/user-app.ts'

const revoked = {
  status: 401,
  body: { code: 'token_revoked' },
  headers: { 'www-authenticate': 'Bearer realm="accounts", error="invalid_token"' },
}
const unknown = {
  status: 503,
  body: { code: 'unavailable' },
  headers: { 'retry-after': expect.stringMatching(/^[1-9]/) },
}

describeDialects('5. tokens while no events arrive', (createDatabase) => {
  let app: UserApp
  let token: string
  const open = async (settings: Record<string, string> = {}) => {
    app = await createUserApp({ createDatabase, settings })
    token = app.tokenOf({ id: 41 })
  }
  beforeEach(async () => {
    await open()
  })
  afterEach(async () => app.close())

  const read = async () => app.call('get', '/profile', { token })
  const edit = async () => app.call('patch', '/edit-bio', { token, body: { bio: 'x' } })

  test('are trusted without a question as long as events arrive, and for ten seconds after', async () => {
    app.introspection.end(token)
    expect((await read()).status).toBe(200)
    app.link.goDown()
    app.pass(9.999)
    expect((await read()).status).toBe(200)
    expect(app.introspection.asked).toEqual([])
  })

  test('are asked about after ten seconds, with the credential of the services', async () => {
    app.link.goDown()
    app.pass(10)
    expect((await read()).status).toBe(200)
    const encoded = Buffer.from(`user-service:${serviceSecret}`).toString('base64')
    expect(app.introspection.asked).toEqual([{ token, authorization: `Basic ${encoded}` }])
  })

  test('are refused when they turn out to be dead, by every route, and nothing is made or changed', async () => {
    app.link.goDown()
    app.pass(10)
    app.introspection.end(token)
    expect(await read()).toMatchObject(revoked)
    expect(await edit()).toMatchObject(revoked)
    const { query, tables } = app.database
    expect(await query.select().from(tables.userProfiles)).toEqual([])
  })

  test('are answered 503 with Retry-After when nobody can say', async () => {
    await read()
    app.link.goDown()
    app.pass(10)
    app.introspection.answerWith((response) => response.writeHead(500).end())
    expect(await read()).toMatchObject(unknown)
    expect(await edit()).toMatchObject(unknown)
    app.introspection.recover()
    expect((await read()).status).toBe(200)
    await app.introspection.stop()
    app.pass(5)
    expect(await read()).toMatchObject(unknown)
  })

  test('that are known to be dead are not asked about', async () => {
    const { query, tables } = app.database
    const state = { authId: 41, eventVersion: 2, securityVersion: 1, updatedAt: app.clock() }
    await query.insert(tables.accountStates).values({ ...state, isActive: false })
    app.link.goDown()
    app.pass(10)
    expect(await read()).toMatchObject(revoked)
    expect(app.introspection.asked).toEqual([])
  })

  test('an answer serves for five seconds', async () => {
    app.link.goDown()
    app.pass(10)
    for (let request = 0; request < 20; request += 1) expect((await read()).status).toBe(200)
    expect(app.introspection.asked).toHaveLength(1)
    app.introspection.end(token)
    app.pass(5)
    expect(await read()).toMatchObject(revoked)
    expect(app.introspection.asked).toHaveLength(2)
  })

  test('are trusted again when events arrive again', async () => {
    app.link.goDown()
    app.pass(10)
    await read()
    app.link.comeBack()
    app.pass(5)
    expect((await read()).status).toBe(200)
    expect(app.introspection.asked).toHaveLength(1)
  })

  test('EVENTS_STALE_SECONDS moves the limit, and 0 switches it off', async () => {
    await app.close()
    await open({ EVENTS_STALE_SECONDS: '60' })
    app.introspection.end(token)
    app.link.goDown()
    app.pass(59)
    expect((await read()).status).toBe(200)
    app.pass(1)
    expect(await read()).toMatchObject(revoked)
    await app.close()

    await open({ EVENTS_STALE_SECONDS: '0' })
    app.introspection.end(token)
    app.link.goDown()
    app.pass(1_000)
    expect((await read()).status).toBe(200)
    expect(app.introspection.asked).toEqual([])
  })
})
