import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, login, password, register, statusOfMe } from '../../testing/people.ts'

describeDialects('login', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const send = async (name: string, secret: string, headers: Record<string, string> = {}) =>
    app.call('post', '/login', { body: { login: name, password: secret }, headers })

  const auditOf = async (action: string) => {
    const { query, tables } = app.database
    return (await query.select().from(tables.auditLog)).filter((row) => row.action === action)
  }

  test('200: by login and by address, in whatever case', async () => {
    const { user } = await register(app, 'JohnDoe')
    for (const name of ['JohnDoe', 'johndoe', 'JohnDoe@example.com', 'JOHNDOE@EXAMPLE.COM'])
      expect(await send(name, password)).toMatchObject({ status: 200, body: { user } })
  })

  test('9. every login makes a session of its own', async () => {
    await register(app, 'two_devices')
    const sessions = new Set<string>()
    for (let round = 0; round < 3; round += 1) {
      const me = await app.call('get', '/me', { token: accessOf(await login(app, 'two_devices')) })
      sessions.add((me.body as { session_id: string }).session_id)
    }
    expect(sessions.size).toBe(3)
  })

  test('11. an unknown account and a wrong password are answered with the same status, headers and body', async () => {
    await register(app, 'known')
    const answers = [
      await send('known', 'Wrong-Pass-123!', { 'X-Request-Id': 'the-same-id' }),
      await send('unknown', 'Wrong-Pass-123!', { 'X-Request-Id': 'the-same-id' }),
      await send('unknown@example.com', password, { 'X-Request-Id': 'the-same-id' }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(401)
      expect(answer.body).toEqual(answers[0]?.body)
      const { date: _, ...headers } = answer.headers
      const { date: __, ...first } = answers[0]?.headers ?? {}
      expect(headers).toEqual(first)
    }
    expect(answers[0]?.headers['www-authenticate']).toMatch(/^Bearer/)
  })

  test('403 only for the right password of a deactivated account', async () => {
    const someone = await register(app, 'leaver')
    await app.call('post', '/account-delete', { token: accessOf(someone) })
    expect(await send('leaver', password)).toMatchObject({
      status: 403,
      body: { code: 'account_deactivated' },
    })
    expect(await send('leaver', 'Wrong-Pass-123!')).toMatchObject({
      status: 401,
      body: { code: 'wrong_credentials' },
    })
  })

  test('10. a hash of lower cost is renewed by a login, once, and everybody stays signed in', async () => {
    const someone = await register(app, 'old_hash')
    const { query, tables } = app.database
    const hashOf = async () => {
      const [row] = await query.select().from(tables.authInfo).where(eq(tables.authInfo.id, someone.user.id))
      return row?.hashedPassword ?? ''
    }
    const before = await hashOf()
    const dearer = await createAuthApp({
      createDatabase: async () => ({ url: app.url, drop: async () => {} }),
      settings: { ARGON2_MEMORY_KIB: '16' },
    })
    try {
      expect(before).toContain('m=8,')
      // Several at once: the one that is overtaken by the renewal must not be refused.
      await Promise.all(Array.from({ length: 8 }, async () => login(dearer, 'old_hash')))
      const after = await hashOf()
      expect(after).toContain('m=16,')
      await login(dearer, 'old_hash')
      expect(await hashOf()).toBe(after)
      expect(await statusOfMe(app, accessOf(someone))).toBe(200)
    } finally {
      await dearer.close()
    }
  })

  test('13. a failed login is kept and logged with reason, account, address and request, never with what was typed', async () => {
    const { user } = await register(app, 'watched')
    const headers = { 'X-Request-Id': 'id-of-the-request', 'X-Forwarded-For': '198.51.100.7' }
    await send('watched', 'Typed-Secret-1!', headers)
    await send('somebody_typed', 'Typed-Secret-1!', headers)
    const rows = (await auditOf('login refused')).filter(({ requestId }) => requestId === 'id-of-the-request')
    expect(rows).toMatchObject([
      { reason: 'wrong password', userId: user.id, ip: '198.51.100.7' },
      { reason: 'unknown account', userId: null, ip: '198.51.100.7' },
    ])
    const lines = app
      .logged()
      .split('\n')
      .filter((line) => line.includes('login refused'))
    expect(lines.some((line) => line.includes('wrong password') && line.includes('id-of-the-request'))).toBe(
      true,
    )
    expect(app.logged() + JSON.stringify(rows)).not.toMatch(/Typed-Secret|somebody_typed/)
  })
})

describeDialects('many logins', (createDatabase) => {
  test('10. more at once than can be hashed wait in a line; beyond it 503 with Retry-After, and reads go on', async () => {
    // So long a hash that the last login comes before the first one is done.
    const settings = { ARGON2_MEMORY_KIB: '19456', ARGON2_PASSES: '20', PASSWORD_HASH_WAITING: '4' }
    const app = await createAuthApp({ createDatabase, settings })
    try {
      const token = accessOf(await register(app, 'crowd'))
      const before = app.config.hashConcurrency + 4
      const logins = Array.from({ length: before + 10 }, async () =>
        app.call('post', '/login', { body: { login: 'crowd', password } }),
      )
      expect(await statusOfMe(app, token)).toBe(200)
      const answers = await Promise.all(logins)
      const refused = answers.filter(({ status }) => status === 503)
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(before)
      expect(refused.length).toBeGreaterThan(0)
      for (const { headers, body } of refused) {
        expect(Number(headers['retry-after'])).toBeGreaterThan(0)
        expect(body).toMatchObject({ code: 'unavailable' })
      }
      expect(await login(app, 'crowd')).toBeDefined()
    } finally {
      await app.close()
    }
  })
})
