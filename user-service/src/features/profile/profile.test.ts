import { EventEmitter, once } from 'node:events'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { runAsSuperuser } from '@accounts/shared/testing/databases'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { holdAccount } from '../../adapters/database/hold-account.ts'
import { createUserApp, type UserApp } from '../../testing/user-app.ts'

const revoked = {
  status: 401,
  body: { code: 'token_revoked' },
  headers: { 'www-authenticate': 'Bearer realm="accounts", error="invalid_token"' },
}

describeDialects('profile', (createDatabase) => {
  let app: UserApp
  beforeAll(async () => {
    app = await createUserApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const read = async (token: string) => app.call('get', '/profile', { token })

  /** As an event would. */
  const know = async (authId: number, known: { isActive?: boolean; securityVersion?: number } = {}) => {
    const { query, tables } = app.database
    const state = { isActive: true, securityVersion: 1, ...known }
    await query.delete(tables.accountStates).where(eq(tables.accountStates.authId, authId))
    await query
      .insert(tables.accountStates)
      .values({ authId, eventVersion: 1, updatedAt: app.clock(), ...state })
  }
  const profilesOf = async (authId: number) => {
    const { query, tables } = app.database
    return query.select().from(tables.userProfiles).where(eq(tables.userProfiles.authId, authId))
  }

  test('of somebody who has just registered is there at once, and stays the same', async () => {
    const token = app.tokenOf({ id: 11, name: 'Анна Мария' })
    const first = await read(token)
    expect(first).toMatchObject({ status: 200 })
    expect(first.body).toEqual({
      id: expect.any(Number),
      auth_id: 11,
      display_name: 'Анна Мария',
      bio: null,
      is_active: true,
    })
    expect((await read(app.tokenOf({ id: 11, name: 'Another Name' }))).body).toEqual(first.body)
  })

  test('fifty first requests at once make one profile', async () => {
    const token = app.tokenOf({ id: 12 })
    const answers = await Promise.all(Array.from({ length: 50 }, async () => read(token)))
    for (const { status } of answers) expect(status).toBe(200)
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect(await profilesOf(12)).toHaveLength(1)
  })

  test('401 without a token, or with one that is not ours', async () => {
    expect(await app.call('get', '/profile')).toMatchObject({ status: 401, body: { code: 'token_missing' } })
    expect(await read(`${app.tokenOf({ id: 13 })}x`)).toMatchObject({ body: { code: 'token_invalid' } })
  })

  test('5. of an account that has been deactivated: 401', async () => {
    const token = app.tokenOf({ id: 14 })
    await read(token)
    await know(14, { isActive: false })
    expect(await read(token)).toMatchObject(revoked)
  })

  test('5. an older security version: 401; the present one, and one that the events are yet to tell of, pass', async () => {
    await read(app.tokenOf({ id: 15 }))
    await know(15, { securityVersion: 3 })
    expect(await read(app.tokenOf({ id: 15, version: 2 }))).toMatchObject(revoked)
    for (const version of [3, 4]) expect((await read(app.tokenOf({ id: 15, version }))).status).toBe(200)
  })

  test('5. a session that has ended: 401, and no other session is touched', async () => {
    const [ended, other] = [
      { id: 16, session: 'ended' },
      { id: 16, session: 'other' },
    ]
    for (const holder of [ended, other]) expect((await read(app.tokenOf(holder))).status).toBe(200)
    const { query, tables } = app.database
    await query
      .insert(tables.revokedSessions)
      .values({ sessionId: 'ended', authId: 16, expiresAt: app.clock() })
    expect(await read(app.tokenOf(ended))).toMatchObject(revoked)
    expect((await read(app.tokenOf(other))).status).toBe(200)
  })

  test('5. nothing is made for an account whose end was heard of before its beginning', async () => {
    await know(17, { isActive: false })
    expect(await read(app.tokenOf({ id: 17 }))).toMatchObject(revoked)
    expect(await profilesOf(17)).toEqual([])
  })

  test('5. nor when the news comes between the guard and the making', async () => {
    const news: [number, () => Promise<void>][] = [
      [18, async () => know(18, { isActive: false })],
      [19, async () => know(19, { securityVersion: 2 })],
      [
        20,
        async () => {
          const { query, tables } = app.database
          await query
            .insert(tables.revokedSessions)
            .values({ sessionId: 'session-of-20', authId: 20, expiresAt: app.clock() })
        },
      ],
    ]
    const { transaction } = app.database
    for (const [id, arrive] of news) {
      app.database.transaction = async (work) => {
        await arrive()
        return transaction(work)
      }
      expect(await read(app.tokenOf({ id, session: `session-of-${id}` }))).toMatchObject(revoked)
      expect(await profilesOf(id)).toEqual([])
    }
    app.database.transaction = transaction
  })

  test('5. an end that is being written while the profile is made wins', async () => {
    const { tables } = app.database
    const holding = new EventEmitter()
    const ending = app.database.transaction(async (query) => {
      await holdAccount({ query, tables }, 24, app.clock())
      await query
        .update(tables.accountStates)
        .set({ isActive: false })
        .where(eq(tables.accountStates.authId, 24))
      const released = once(holding, 'release')
      holding.emit('held')
      await released
    })
    await once(holding, 'held')
    app.statements.take()
    const answer = read(app.tokenOf({ id: 24 }))
    await expect.poll(() => app.statements.take()).toContain('transaction')
    holding.emit('release')
    await ending
    expect(await answer).toMatchObject(revoked)
    expect(await profilesOf(24)).toEqual([])
  })

  test('a profile without any state, and one that is dead, are told apart', async () => {
    const { query, tables } = app.database
    const at = { createdAt: app.clock(), updatedAt: app.clock() }
    const kept = { displayName: 'Kept Name', bio: 'kept', ...at }
    await query.insert(tables.userProfiles).values([
      { ...kept, authId: 21, isActive: true },
      { ...kept, authId: 22, isActive: false },
    ])
    expect((await read(app.tokenOf({ id: 21 }))).body).toMatchObject({
      display_name: 'Kept Name',
      bio: 'kept',
    })
    expect(await read(app.tokenOf({ id: 22 }))).toMatchObject(revoked)
  })

  test('costs one statement, which reads every table by an index', async () => {
    const token = app.tokenOf({ id: 23 })
    await read(token)
    app.statements.take()
    await read(token)
    const [statement = '', ...more] = app.statements.take()
    expect(more).toEqual([])
    const plan = await explain(statement)
    for (const table of ['account_states', 'user_profiles', 'revoked_sessions'])
      expect(plan).toMatch(
        new RegExp(`(SEARCH "?${table}|Index (Only )?Scan using ${table}_\\w+ on ${table})`, 'i'),
      )
    expect(plan).not.toMatch(/SCAN \w|Seq Scan/)
  })

  const explain = async (statement: string) => {
    if (app.database.dialect === 'postgres') {
      const filled = statement.replaceAll(/\$\d/g, "'1'")
      // Tables this small are read whole whatever indexes they have.
      return JSON.stringify(await runAsSuperuser(app.url, `set enable_seqscan = off; explain ${filled}`))
    }
    const file = await openSqliteFile(app.url.slice('sqlite:'.length), { readonly: true })
    const plan = file.prepare(`explain query plan ${statement}`).all('1', '1')
    file.close()
    return JSON.stringify(plan)
  }
})
