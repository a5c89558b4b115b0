import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCleanUp } from './clean-up.ts'
import { later, newSession, now, openStore, type OpenedStore, times } from './testing/open-store.ts'

const accessTtlSeconds = 60

describeDialects('clean-up', (createDatabase) => {
  let opened: OpenedStore
  let userId: number
  beforeEach(async () => {
    opened = await openStore(createDatabase)
    userId = (await opened.register('owner')).id
  })
  afterEach(async () => {
    await opened.drop()
  })

  const create = (limits: { batchSize?: number; maxBatches?: number } = {}) =>
    createCleanUp({ database: opened.database, clock: () => now, accessTtlSeconds, ...limits })
  const addTokens = async (...offsets: number[]) => {
    const rows = offsets.map((offset, index) => ({
      jti: `${offset} ${index}`,
      userId,
      expiresAt: later(offset),
      blacklistedAt: now,
    }))
    await opened.query.insert(opened.tables.tokenBlacklist).values(rows)
  }
  const readTokens = async () => {
    const rows = await opened.query.select().from(opened.tables.tokenBlacklist)
    return rows.map(({ expiresAt }) => expiresAt.getTime() - now.getTime()).toSorted((a, b) => a - b)
  }

  test('a token goes the moment after it has expired, not before', async () => {
    await addTokens(-60_000, -1, 0, 1, 60_000)
    expect(await create()()).toMatchObject({ removed: { tokens: 2 }, remaining: { tokens: 3 } })
    expect(await readTokens()).toEqual([0, 1, 60_000])
  })

  test('a session goes when the last access token of its last pair has expired, ended or not', async () => {
    const signIn = async (offset: number, details = {}) =>
      opened.signIn(userId, { refreshExpiresAt: later(offset), ...details })
    const due = [await signIn(-60_001), await signIn(-60_001, { endedAt: now, endReason: 'logout' })]
    const kept = [await signIn(-60_000), await signIn(1), await signIn(1, { endedAt: later(-90_000) })]
    expect(await create()()).toMatchObject({ removed: { sessions: 2 }, remaining: { sessions: 3 } })
    for (const { id } of due) expect(await opened.readSession(id)).toBeNull()
    for (const session of kept) expect(await opened.readSession(session.id)).toEqual(session)
  })

  test('a run stops at its bound, oldest first, and the next one goes on', async () => {
    await addTokens(-1, 5, -4, -7, -2, -6, -3, -5)
    const run = create({ batchSize: 2, maxBatches: 2 })
    expect(await run()).toMatchObject({ removed: { tokens: 4 }, remaining: { tokens: 4 } })
    expect(await readTokens()).toEqual([-3, -2, -1, 5])
    expect(await run()).toMatchObject({ removed: { tokens: 3 }, remaining: { tokens: 1 } })
    expect(await run()).toMatchObject({ removed: { tokens: 0 }, remaining: { tokens: 1 } })
  })

  test('a batch is at most 500 rows, and several runs at once remove each row once', async () => {
    await addTokens(...Array.from({ length: 1_201 }, (_, index) => -1 - index))
    const sessions = Array.from({ length: 1_201 }, (_, index) =>
      newSession(userId, { refreshExpiresAt: later(-60_001 - index) }),
    )
    await opened.query.insert(opened.tables.sessions).values(sessions)
    const one = await create({ maxBatches: 1 })()
    expect(one.removed).toEqual({ tokens: 500, sessions: 500 })
    const reports = await times(3, async () => create()())
    const sum = (kind: 'tokens' | 'sessions') => reports.reduce((total, it) => total + it.removed[kind], 0)
    expect({ tokens: sum('tokens'), sessions: sum('sessions') }).toEqual({ tokens: 701, sessions: 701 })
    const last = await create()()
    expect(last).toEqual({ removed: { tokens: 0, sessions: 0 }, remaining: { tokens: 0, sessions: 0 } })
  })
})
