import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { startProxy } from '@accounts/shared/database/testing/proxy'
import { createPostgresDatabase, type TestDatabase } from '@accounts/shared/testing/databases'
import { describeOn } from '@accounts/shared/testing/engines'
import request from 'supertest'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../testing/auth-app.ts'
import {
  accessOf,
  login,
  password,
  refresh,
  refreshOf,
  register,
  registerAdmin,
  registration,
} from '../testing/people.ts'

describeDialects('21. what is written down', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  test('logs, events, audit, metrics and errors hold no password, token or hash', async () => {
    const someone = await register(app, 'discreet')
    const { query, tables } = app.database
    const [stored] = await query.select().from(tables.authInfo)
    const admin = await registerAdmin(app, 'an_admin')
    const elsewhere = await login(app, 'discreet')
    const newPassword = 'A-Brand-New-Secret-1!'
    const typed = 'Typed-By-Mistake-1!'
    const send = async (path: string, token: string | undefined, body?: object) =>
      app.call('post', path, { ...(token !== undefined && { token }), body: body ?? {} })

    const answers = [
      await send('/login', undefined, { login: 'discreet', password: typed }),
      await send('/login', undefined, { login: typed, password: typed }),
      await send('/register', undefined, { ...registration('discreet2'), password: 'typedweak' }),
      await send('/register', undefined, registration('discreet')),
      await send('/refresh', undefined, { refresh_token: `${refreshOf(someone)}x` }),
      await send('/refresh', undefined, { refresh_token: accessOf(someone) }),
      await app.call('get', `/me?access_token=${accessOf(someone)}`),
      await app.call('get', '/me', { token: `${accessOf(someone)}x` }),
      await send('/password/change', accessOf(elsewhere), {
        current_password: typed,
        new_password: newPassword,
      }),
    ]
    await refresh(app, refreshOf(elsewhere))
    await refresh(app, refreshOf(elsewhere))
    await send('/password/change', accessOf(someone), {
      current_password: password,
      new_password: newPassword,
    })
    await send(`/account-delete/${someone.user.id}`, accessOf(admin))
    await send('/logout', accessOf(admin), { refresh_token: refreshOf(admin) })

    const written = [
      app.logged(),
      JSON.stringify(await query.select().from(tables.outbox)),
      JSON.stringify(await query.select().from(tables.auditLog)),
      await app.metrics.registry.metrics(),
      ...answers.map(({ text }) => text),
    ].join('\n')
    const tokens = [someone, elsewhere, admin].flatMap((signedIn) => [
      accessOf(signedIn),
      refreshOf(signedIn),
    ])
    const secrets = [
      password,
      newPassword,
      typed,
      'typedweak',
      stored?.hashedPassword ?? 'no hash',
      '$argon2',
      // The part that makes a token one; its claims alone are of no use to anybody.
      ...tokens.map((token) => token.split('.')[2] ?? token),
      'PRIVATE KEY',
    ]
    for (const secret of secrets) expect(written).not.toContain(secret)
    // The net above was not cast into empty water.
    for (const action of ['login refused', 'password changed', 'account deactivated', 'logout'])
      expect(written).toContain(action)
  })
})

describeDialects('20. headers', (createDatabase) => {
  test('every answer has one set of security headers, none may be kept, and none invites other origins', async () => {
    const app = await createAuthApp({ createDatabase })
    try {
      const { token_pair } = await register(app, 'looking')
      const ask = (path: string) => request(app.app).get(path).set('Origin', 'https://evil.example')
      for (const answer of [
        await ask('/me').set('Authorization', `Bearer ${token_pair.access_token.token}`),
        await ask('/me'),
        await ask('/nowhere'),
      ]) {
        const { rawHeaders } = (answer as unknown as { res: { rawHeaders: string[] } }).res
        const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
        expect(names).toHaveLength(new Set(names).size)
        expect(names).toEqual(
          expect.arrayContaining([
            'content-security-policy',
            'x-content-type-options',
            'strict-transport-security',
            'referrer-policy',
            'x-frame-options',
          ]),
        )
        expect(names.filter((name) => name.startsWith('access-control-'))).toEqual([])
        expect(names).not.toContain('x-powered-by')
        expect(answer.headers['cache-control']).toBe('no-store')
      }
    } finally {
      await app.close()
    }
  })
})

const everything = async (app: AuthApp, signedIn: Awaited<ReturnType<typeof register>>) => {
  const token = accessOf(signedIn)
  return Promise.all([
    app.call('get', '/me', { token }),
    app.call('post', '/login', { body: { login: signedIn.user.login, password } }),
    app.call('post', '/register', { body: registration('newcomer') }),
    refresh(app, refreshOf(signedIn)),
    app.call('post', '/logout', { token, body: { refresh_token: refreshOf(signedIn) } }),
    app.call('post', '/account-delete', { token }),
    app.call('post', '/account-delete/1', { token }),
    app.call('post', '/password/change', {
      token,
      body: { current_password: password, new_password: 'Another-Pass-456!' },
    }),
  ])
}

describeDialects('22. a database that is gone', (createDatabase) => {
  test('lets nobody in: every answer is 503 with Retry-After', async () => {
    const app = await createAuthApp({ createDatabase })
    const signedIn = await register(app, 'before')
    await app.database.close()
    for (const answer of await everything(app, signedIn))
      expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    await app.close()
  })
})

describeOn('postgres', '22. a database that goes away and comes back', ({ TEST_POSTGRES_URL }) => {
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
    const app = await createAuthApp({ createDatabase: async () => ({ url: url.href, drop: async () => {} }) })
    const signedIn = await register(app, 'patient')
    await proxy.close()
    for (const answer of await everything(app, signedIn)) expect(answer.status).toBe(503)
    await proxy.reopen()
    await expect
      .poll(async () => (await app.call('get', '/me', { token: accessOf(signedIn) })).status, {
        timeout: 10_000,
      })
      .toBe(200)
    expect((await refresh(app, refreshOf(signedIn))).status).toBe(200)
    await app.close()
  })
})
