import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createMetrics } from '@accounts/shared/http/metrics'
import { createLogger } from '@accounts/shared/logging/logger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCleanUp as createRemoval } from '../../adapters/database/clean-up.ts'
import { type AuthApp, createAuthApp } from '../../testing/auth-app.ts'
import { accessOf, refresh, refreshOf, register, statusOfMe } from '../../testing/people.ts'
import { createCleanUp } from './clean-up.ts'

const day = 86_400

describeDialects('cleaning up', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  test('forgets what has expired and nothing else, and says how much there is left', async () => {
    const old = await register(app, 'long_gone')
    await refresh(app, refreshOf(old))
    await app.database.query
      .update(app.database.tables.outbox)
      .set({ state: 'published', publishedAt: app.clock() })
    app.pass(8 * day)
    const fresh = await register(app, 'just_here')
    await refresh(app, refreshOf(fresh))

    const metrics = createMetrics({ service: 'test' })
    const cleanUp = createCleanUp({
      removeExpired: createRemoval({
        database: app.database,
        clock: app.clock,
        accessTtlSeconds: app.config.accessTtlSeconds,
      }),
      metrics,
      logger: createLogger({ service: 'test', level: 'silent' }),
    })
    await cleanUp()

    const { query, tables } = app.database
    expect((await query.select().from(tables.sessions)).map(({ userId }) => userId)).toEqual([fresh.user.id])
    expect((await query.select().from(tables.tokenBlacklist)).map(({ userId }) => userId)).toEqual([
      fresh.user.id,
    ])
    const events = await query.select().from(tables.outbox)
    expect(events.map(({ aggregateId, type }) => [aggregateId, type])).toEqual([[fresh.user.id, 'Register']])
    expect(await statusOfMe(app, accessOf(fresh))).toBe(200)
    const text = await metrics.registry.metrics()
    expect(text).toMatch(/auth_rows\{table="token_blacklist",service="test"\} 1/)
    expect(text).toMatch(/auth_rows\{table="sessions",service="test"\} 1/)
    expect(text).toMatch(/auth_rows\{table="outbox",service="test"\} 1/)
  })
})
