import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createCleanUp } from './clean-up.ts'
import type { OutboxState } from './record-tables.ts'
import { later, newSession, now, openStore, type OpenedStore, times } from './testing/open-store.ts'

const accessTtlSeconds = 60
const week = 7 * 86_400_000

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
  const published = (offset: number) => ({ state: 'published' as const, publishedAt: later(offset) })
  const addEvents = async (
    ...facts: { state: OutboxState; publishedAt?: Date; parkedAt?: Date; parkedReason?: string }[]
  ) => {
    const rows = facts.map((fact, index) => ({
      ...{ id: randomUUID(), aggregateId: userId, aggregateVersion: index + 1, type: 'Account Deactivate' },
      payload: { event_type: 'Account Deactivate' as const, auth_id: userId, is_active: false as const },
      headers: {
        ...{ 'x-aggregate-id': String(userId), 'x-aggregate-version': index + 1 },
        ...{ 'x-schema-version': 1 as const, 'x-occurred-at': now.toISOString() },
      },
      createdAt: later(-3 * week),
      ...fact,
    }))
    await opened.query.insert(opened.tables.outbox).values(rows)
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

  test('an event goes when it was published more than 7 days ago; what waits or is parked stays, however old', async () => {
    await addEvents(
      ...[published(-week - 1), published(-week), published(0)],
      { state: 'waiting' },
      { state: 'parked', parkedAt: later(-2 * week), parkedReason: 'no queue' },
    )
    expect(await create()()).toMatchObject({ removed: { events: 1 }, remaining: { events: 4 } })
    const rows = await opened.query.select().from(opened.tables.outbox)
    expect(rows.map(({ state, publishedAt }) => [state, publishedAt]).toSorted()).toEqual([
      ['parked', null],
      ['published', later(-week)],
      ['published', now],
      ['waiting', null],
    ])
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
    await addEvents(...Array.from({ length: 1_201 }, (_, index) => published(-week - 1 - index)))
    const one = await create({ maxBatches: 1 })()
    expect(one.removed).toEqual({ tokens: 500, sessions: 500, events: 500 })
    const reports = await times(3, async () => create()())
    const sum = (kind: keyof typeof one.removed) => reports.reduce((total, it) => total + it.removed[kind], 0)
    expect([sum('tokens'), sum('sessions'), sum('events')]).toEqual([701, 701, 701])
    const nothing = { tokens: 0, sessions: 0, events: 0 }
    expect(await create()()).toEqual({ removed: nothing, remaining: nothing })
  })
})
