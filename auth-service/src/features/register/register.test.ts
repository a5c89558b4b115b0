import { randomUUID } from 'node:crypto'
import { count } from '@accounts/shared/database/operators'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createLogger } from '@accounts/shared/logging/logger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLookup } from '../../adapters/database/lookup.ts'
import { createTransact } from '../../adapters/database/transact.ts'
import { nowhere } from '../../domain/audit.ts'
import { createTokenIssuer } from '../../domain/token-issuer.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { register, registration } from '../../testing/people.ts'
import { createRegister } from './register.ts'

const silent = createLogger({ service: 'auth-service', level: 'silent' })

describeDialects('register', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const send = async (body: unknown) => app.call('post', '/register', { body })

  test('201: the user and a pair of tokens that work at once', async () => {
    const { user, token_pair } = await register(app, 'johndoe')
    expect(user).toEqual({
      id: expect.any(Number),
      login: 'johndoe',
      email: 'johndoe@example.com',
      is_active: true,
    })
    const me = await app.call('get', '/me', { token: token_pair.access_token.token })
    expect(me.status).toBe(200)
    expect(me.body).toMatchObject({ user, roles: ['user'], permissions: [] })
  })

  test('its event is written with it, under the id and the trace of the request', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const answer = await app.call('post', '/register', {
      body: { ...registration('with_event'), display_name: 'Анна Мария' },
      headers: { 'X-Request-Id': 'request-of-anna', traceparent },
    })
    const { id } = (answer.body as { user: { id: number } }).user
    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox)
    expect(events.filter(({ aggregateId }) => aggregateId === id)).toMatchObject([
      {
        type: 'Register',
        aggregateVersion: 1,
        payload: { event_type: 'Register', auth_id: id, display_name: 'Анна Мария' },
        correlationId: 'request-of-anna',
        headers: { traceparent },
        publishedAt: null,
      },
    ])
  })

  test('who cannot be given tokens has not registered: nothing is written', async () => {
    const { config, clock, database } = app
    const registerWithout = createRegister({
      lookup: createLookup({ database }),
      transact: createTransact({ database, clock, logger: silent }),
      passwords: { hash: async () => 'never verified' },
      issuer: createTokenIssuer({
        ...{ settings: config, limits: config, clock, createId: randomUUID },
        sign: () => {
          throw new Error('there is no key')
        },
      }),
      clock,
    })
    const rows = async () => {
      const { query, tables } = database
      const written = [tables.authInfo, tables.sessions, tables.outbox, tables.auditLog]
      return Promise.all(written.map(async (table) => (await query.select({ rows: count() }).from(table))[0]))
    }
    const before = await rows()
    await expect(registerWithout(registration('without_tokens'), nowhere)).rejects.toThrow('there is no key')
    expect(await rows()).toEqual(before)
  })

  test('409: a login or an address that is taken, in whatever case, and nothing is written', async () => {
    await register(app, 'Taken')
    const byLogin = await send({ ...registration('other'), login: 'tAKEN' })
    expect(byLogin).toMatchObject({ status: 409, body: { code: 'login_taken' } })
    const byEmail = await send({ ...registration('other'), email: 'TAKEN@example.COM' })
    expect(byEmail).toMatchObject({ status: 409, body: { code: 'email_taken' } })
    await register(app, 'other')
  })

  test('422: every fault at once, each at its own path, and no value comes back', async () => {
    const answer = await send({
      display_name: 'John1',
      login: 'a b',
      email: 'nobody',
      password: 'short-and-secret',
      role: 'admin',
    })
    expect(answer.status).toBe(422)
    const { errors } = answer.body as { errors: { path: string }[] }
    expect(new Set(errors.map(({ path }) => path))).toEqual(
      new Set(['display_name', 'login', 'email', 'password', 'role']),
    )
    expect(answer.text).not.toContain('short-and-secret')
  })

  test('422: a password that is commonly breached', async () => {
    const answer = await send({ ...registration('breached'), password: 'P@ssw0rd' })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'password' }] } })
  })

  test('19. of two registrations of one login or address at once, in different case, one wins', async () => {
    for (let round = 0; round < 10; round += 1) {
      const base = registration(`twin_${round}`)
      const byLogin = await Promise.all([
        send({ ...base, email: `one_${round}@example.com` }),
        send({ ...base, login: base.login.toUpperCase(), email: `two_${round}@example.com` }),
      ])
      expect(byLogin.map(({ status }) => status).toSorted()).toEqual([201, 409])
      const byEmail = await Promise.all([
        send({ ...base, login: `three_${round}` }),
        send({ ...base, login: `four_${round}`, email: base.email.toUpperCase() }),
      ])
      expect(byEmail.map(({ status }) => status).toSorted()).toEqual([201, 409])
    }
  })
})

describeDialects('register by length', (createDatabase) => {
  test('PASSWORD_POLICY=length takes fifteen characters of any kind and nothing shorter', async () => {
    const app = await createAuthApp({ createDatabase, settings: { PASSWORD_POLICY: 'length' } })
    try {
      const send = async (login: string, password: string) =>
        (await app.call('post', '/register', { body: { ...registration(login), password } })).status
      expect(await send('long', 'correct horse battery')).toBe(201)
      expect(await send('short', 'SecurePass123!')).toBe(422)
    } finally {
      await app.close()
    }
  })
})
