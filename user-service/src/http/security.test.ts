import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { startProxy } from '@accounts/shared/database/testing/proxy'
import { createPostgresDatabase, type TestDatabase } from '@accounts/shared/testing/databases'
import { describeOn } from '@accounts/shared/testing/engines'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUserApp, serviceSecret, type UserApp } from '../testing/user-app.ts'

const basic = { Authorization: `Basic ${Buffer.from(`x:${serviceSecret}`).toString('base64')}` }

const everything = async (app: UserApp, token: string) =>
  Promise.all([
    app.call('get', '/profile', { token }),
    app.call('get', '/profile', { token: app.tokenOf({ id: 999 }) }),
    app.call('patch', '/edit-bio', { token, body: { bio: 'x' } }),
    app.call('get', '/accounts', { headers: basic }),
  ])

describeDialects('21. what user-service writes down', (createDatabase) => {
  test('logs, metrics and errors hold no token and no secret', async () => {
    const app = await createUserApp({ createDatabase })
    const token = app.tokenOf({ id: 61 })
    const answers = await everything(app, token)
    app.link.goDown()
    app.pass(10)
    answers.push(await app.call('get', '/profile', { token }))
    app.introspection.answerWith((response) => response.destroy())
    app.pass(5)
    answers.push(...(await everything(app, token)))
    answers.push(await app.call('get', `/profile?access_token=${token}`))
    answers.push(await app.call('get', '/profile', { token: `${token}x` }))
    const written = [app.logged(), await app.metrics.registry.metrics(), ...answers.map(({ text }) => text)]
    const encoded = basic.Authorization.slice('Basic '.length)
    for (const secret of [token.split('.')[2] ?? token, serviceSecret, encoded])
      expect(written.join('\n')).not.toContain(secret)
    // The net above was not cast into empty water.
    expect(written.join('\n')).toContain('tokens cannot be asked about')
    await app.close()
  })
})

describeDialects('20. headers of user-service', (createDatabase) => {
  test('every answer has one set of security headers, none may be kept, and none invites other origins', async () => {
    const app = await createUserApp({ createDatabase })
    const ask = (path: string) => request(app.app).get(path).set('Origin', 'https://evil.example')
    for (const answer of [
      await ask('/profile').set('Authorization', `Bearer ${app.tokenOf({ id: 62 })}`),
      await ask('/profile'),
      await ask('/nowhere'),
    ]) {
      const { rawHeaders } = (answer as unknown as { res: { rawHeaders: string[] } }).res
      const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
      expect(names).toHaveLength(new Set(names).size)
      expect(names).toEqual(expect.arrayContaining(['content-security-policy', 'x-content-type-options']))
      expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(answer.headers['cache-control']).toBe('no-store')
    }
    await app.close()
  })
})

describeDialects('22. a database of user-service that is gone', (createDatabase) => {
  test('lets nobody in: every answer is 503 with Retry-After', async () => {
    const app = await createUserApp({ createDatabase })
    const token = app.tokenOf({ id: 63 })
    await app.call('get', '/profile', { token })
    await app.database.close()
    for (const answer of await everything(app, token))
      expect(answer).toMatchObject({
        status: 503,
        body: { code: 'unavailable' },
        headers: { 'retry-after': expect.any(String) },
      })
    await app.close()
  })
})

describeOn(
  'postgres',
  '22. a database of user-service that goes away and comes back',
  ({ TEST_POSTGRES_URL }) => {
    let database: TestDatabase
    let proxy: Awaited<ReturnType<typeof startProxy>>
    beforeAll(async () => {
      database = await createPostgresDatabase(TEST_POSTGRES_URL)
      const { hostname, port } = new URL(TEST_POSTGRES_URL)
      proxy = await startProxy({ host: hostname, port: Number(port) })
    })
    afterAll(async () => {
      await proxy?.close()
      await database?.drop()
    })

    test('nobody is let in meanwhile, and everybody is as before afterwards', async () => {
      const url = new URL(database.url)
      url.hostname = '127.0.0.1'
      url.port = String(proxy.port)
      const app = await createUserApp({
        createDatabase: async () => ({ url: url.href, drop: async () => {} }),
      })
      const token = app.tokenOf({ id: 64 })
      const before = await app.call('patch', '/edit-bio', { token, body: { bio: 'x' } })
      await proxy.close()
      for (const answer of await everything(app, token)) expect(answer.status).toBe(503)
      await proxy.reopen()
      await expect
        .poll(async () => (await app.call('get', '/profile', { token })).body, { timeout: 10_000 })
        .toEqual(before.body)
      await app.close()
    })
  },
)
