import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, refresh, refreshOf, register, type SignedIn, statusOfMe } from '../../testing/people.ts'

const graceSeconds = 10

describeDialects('refresh', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const pairOf = (answer: { body: unknown }) => answer.body as SignedIn['token_pair']

  const refreshed = async (token: string) => {
    const answer = await refresh(app, token)
    expect(answer.status).toBe(200)
    return pairOf(answer)
  }

  const audit = async (action: string, userId: number) => {
    const { query, tables } = app.database
    const rows = await query.select().from(tables.auditLog)
    return rows.filter((row) => row.action === action && row.userId === userId)
  }

  test('200: a new pair that works; the old refresh token is blacklisted', async () => {
    const someone = await register(app, 'refreshing')
    const pair = await refreshed(refreshOf(someone))
    expect(pair.refresh_token.token_id).not.toBe(someone.token_pair.refresh_token.token_id)
    expect(await statusOfMe(app, pair.access_token.token)).toBe(200)
    const { query, tables } = app.database
    const dead = await query.select().from(tables.tokenBlacklist)
    expect(dead.map(({ jti }) => jti)).toContain(someone.token_pair.refresh_token.token_id)
  })

  test('1. an older refresh token presented again ends its whole session and is logged as theft', async () => {
    const someone = await register(app, 'robbed')
    const second = await refreshed(refreshOf(someone))
    const third = await refreshed(second.refresh_token.token)
    expect(await refresh(app, refreshOf(someone))).toMatchObject({
      status: 401,
      body: { code: 'token_revoked' },
    })
    expect((await refresh(app, third.refresh_token.token)).status).toBe(401)
    for (const token of [accessOf(someone), second.access_token.token, third.access_token.token])
      expect(await statusOfMe(app, token)).toBe(401)
    expect(await audit('refresh theft', someone.user.id)).toHaveLength(1)
    const { query, tables } = app.database
    const events = await query.select().from(tables.outbox)
    expect(events.filter(({ aggregateId }) => aggregateId === someone.user.id)).toMatchObject([
      { type: 'Register' },
      { type: 'Session Revoke', payload: { session_id: decodeJwt(accessOf(someone))['sid'] } },
    ])
  })

  test('1. the predecessor after the grace is theft as well', async () => {
    const someone = await register(app, 'too_late')
    await refreshed(refreshOf(someone))
    app.pass(graceSeconds + 1)
    expect((await refresh(app, refreshOf(someone))).status).toBe(401)
    expect(await audit('refresh theft', someone.user.id)).toHaveLength(1)
  })

  test('2. within the grace the immediate predecessor gets the same successor', async () => {
    const someone = await register(app, 'two_tabs')
    const first = await refreshed(refreshOf(someone))
    app.pass(graceSeconds - 1)
    const again = await refreshed(refreshOf(someone))
    expect(again.refresh_token).toEqual(first.refresh_token)
    expect(again.access_token.token_id).toBe(first.access_token.token_id)
    expect(await statusOfMe(app, again.access_token.token)).toBe(200)
    await refreshed(first.refresh_token.token)
  })

  test('2. fifty parallel refreshes of one token: one successor, nobody signed out', async () => {
    const someone = await register(app, 'fifty_tabs')
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => refresh(app, refreshOf(someone))),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    const successors = new Set(answers.map((answer) => pairOf(answer).refresh_token.token_id))
    expect(successors.size).toBe(1)
    const [answer] = answers
    await refreshed(pairOf(answer!).refresh_token.token)
    expect(await audit('refresh theft', someone.user.id)).toEqual([])
  })

  test('3. a refresh that races a logout never leaves a token that works', async () => {
    for (let round = 0; round < 15; round += 1) {
      const someone = await register(app, `racing_${round}`)
      const [refreshing] = await Promise.all([
        refresh(app, refreshOf(someone)),
        app.call('post', '/logout', {
          token: accessOf(someone),
          body: { refresh_token: refreshOf(someone) },
        }),
      ])
      const tokens = [accessOf(someone)]
      if (refreshing.status === 200) tokens.push(pairOf(refreshing).access_token.token)
      for (const token of tokens) expect(await statusOfMe(app, token)).toBe(401)
      if (refreshing.status === 200)
        expect((await refresh(app, pairOf(refreshing).refresh_token.token)).status).toBe(401)
    }
  })

  test('2. also when the predecessor has expired between the lost answer and the next try', async () => {
    const week = 7 * 86_400
    const someone = await register(app, 'last_minute')
    app.pass(week - 2)
    const first = await refreshed(refreshOf(someone))
    app.pass(4)
    const again = await refreshed(refreshOf(someone))
    expect(again.refresh_token).toEqual(first.refresh_token)
    app.pass(graceSeconds)
    expect(await refresh(app, refreshOf(someone))).toMatchObject({
      status: 401,
      body: { code: 'token_expired' },
    })
    await refreshed(first.refresh_token.token)
    expect(await audit('refresh theft', someone.user.id)).toEqual([])
  })

  test('7. an access token is not a refresh token', async () => {
    const someone = await register(app, 'mixing')
    expect(await refresh(app, accessOf(someone))).toMatchObject({
      status: 401,
      body: { code: 'token_invalid' },
    })
    expect(await statusOfMe(app, refreshOf(someone))).toBe(401)
  })
})

describeDialects('the end of a session', (createDatabase) => {
  test('4. rotation never extends the absolute end of a session', async () => {
    const day = 86_400
    const app = await createAuthApp({
      createDatabase,
      settings: { SESSION_EXPIRE_DAYS: '10', REFRESH_TOKEN_EXPIRE_DAYS: '7' },
    })
    try {
      const someone = await register(app, 'faithful')
      const end = (decodeJwt(refreshOf(someone)).iat ?? 0) + 10 * day
      let token = refreshOf(someone)
      for (let daysLeft = 10; daysLeft > 0; daysLeft -= 2) {
        const answer = await refresh(app, token)
        expect(answer.status).toBe(200)
        const pair = answer.body as SignedIn['token_pair']
        token = pair.refresh_token.token
        for (const issued of [pair.access_token.token, token])
          expect(decodeJwt(issued).exp).toBeLessThanOrEqual(end)
        app.pass(2 * day)
      }
      expect((await refresh(app, token)).status).toBe(401)
    } finally {
      await app.close()
    }
  })
})
