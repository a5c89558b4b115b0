import { count, eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { createPostgresDatabase, runAsSuperuser } from '../testing/databases.ts'
import { describeOn } from '../testing/engines.ts'
import { migrateDatabase } from './migrate.ts'
import { openDatabase } from './open.ts'
import { startProxy } from './testing/proxy.ts'
import { createSignal, openSamples, sample, sampleMigrations } from './testing/samples.ts'
import { defineTables } from './testing/tables.ts'

const unavailable = { code: 'unavailable' }

describeOn('postgres', 'a server in trouble', ({ TEST_POSTGRES_URL }) => {
  const createDatabase = async () => createPostgresDatabase(TEST_POSTGRES_URL)

  const createProxiedDatabase = async () => {
    const { url, drop } = await createDatabase()
    const proxied = new URL(url)
    const proxy = await startProxy({ host: proxied.hostname, port: Number(proxied.port || 5432) })
    proxied.host = `127.0.0.1:${proxy.port}`
    const closeAndDrop = async () => {
      await proxy.close()
      await drop()
    }
    return { url: proxied.href, proxy, drop: closeAndDrop }
  }

  test('ping fails within its time when the server is silent or gone, and succeeds when it is back', async () => {
    const { url, proxy, drop } = await createProxiedDatabase()
    const database = await openDatabase({ url, defineTables, pingTimeoutMilliseconds: 300 })
    await database.ping()
    proxy.fallSilent()
    await expect(database.ping()).rejects.toMatchObject({
      ...unavailable,
      cause: { message: 'the database did not answer within 300 ms' },
    })
    await proxy.close()
    await expect(database.ping()).rejects.toMatchObject(unavailable)
    await proxy.reopen()
    await vi.waitFor(async () => database.ping(), { timeout: 10_000 })
    await database.close()
    await drop()
  })

  test('connections that fall silent are given up: later statements are answered', async () => {
    const { url, proxy, drop } = await createProxiedDatabase()
    await migrateDatabase({ url, folder: sampleMigrations })
    const database = await openDatabase({ url, defineTables, statementTimeoutMilliseconds: 100 })
    const askAll = async () =>
      Promise.allSettled(
        Array.from({ length: 20 }, async () => database.query.select().from(database.tables.samples)),
      )
    const outcomes = async () => new Set((await askAll()).map(({ status }) => status))
    expect(await outcomes()).toEqual(new Set(['fulfilled']))
    proxy.fallSilent()
    expect(await outcomes()).toEqual(new Set(['rejected']))
    expect(await outcomes()).toEqual(new Set(['fulfilled']))
    await database.close()
    await drop()
  })

  test('what runs when the server ends the connections fails as unavailable, and soon all is well', async () => {
    const { database, samples, drop } = await openSamples(createDatabase, {
      applicationName: 'ended_by_test',
    })
    const inserted = createSignal()
    const ended = createSignal()
    const running = database.transaction(async (transaction) => {
      await transaction.insert(samples).values(sample('lost'))
      inserted.give()
      await ended.given
      await transaction.insert(samples).values(sample('lost too'))
    })
    const outcome = running.catch((error: unknown) => error)
    await inserted.given
    const query = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'ended_by_test'`
    await runAsSuperuser(TEST_POSTGRES_URL, query)
    ended.give()
    expect(await outcome).toMatchObject(unavailable)
    const rows = await vi.waitFor(async () => database.query.select().from(samples), { timeout: 5_000 })
    expect(rows).toEqual([])
    await drop()
  })

  test('of a transaction whose connection dies nothing is written outside of it', async () => {
    const { database, samples, drop } = await openSamples(createDatabase, {
      applicationName: 'killed_by_test',
    })
    const succeeded = new Set<number>()
    const insertPair = async (amount: number) => {
      await database.transaction(async (transaction) => {
        await transaction.insert(samples).values({ ...sample(`left ${amount}`), amount })
        await transaction.insert(samples).values({ ...sample(`right ${amount}`), amount })
      })
      succeeded.add(amount)
    }
    const kill = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'killed_by_test'`
    for (let round = 0; round < 10; round += 1) {
      const pairs = Array.from({ length: 50 }, async (_, index) => insertPair(round * 50 + index))
      const settled = Promise.allSettled(pairs)
      await Promise.race(pairs.map(async (pair) => pair.catch(() => 'killed')))
      await runAsSuperuser(TEST_POSTGRES_URL, kill)
      await settled
    }
    const rows = await vi.waitFor(async () =>
      database.query.select({ amount: samples.amount, found: count() }).from(samples).groupBy(samples.amount),
    )
    expect(succeeded.size).toBeGreaterThan(0)
    expect(succeeded.size).toBeLessThan(500)
    expect(rows.every(({ found }) => found === 2)).toBe(true)
    expect([...succeeded].filter((amount) => !rows.some((row) => row.amount === amount))).toEqual([])
    await drop()
  })

  test('a lock that somebody holds too long fails as unavailable', async () => {
    const { database, samples, drop } = await openSamples(createDatabase, { lockTimeoutMilliseconds: 100 })
    await database.query.insert(samples).values(sample('locked'))
    const done = createSignal()
    const locked = createSignal()
    const change = async (queries: typeof database.query) =>
      queries.update(samples).set({ amount: 1 }).where(eq(samples.label, 'locked'))
    const holder = database.transaction(async (transaction) => {
      await change(transaction)
      locked.give()
      await done.given
    })
    await locked.given
    await expect(change(database.query)).rejects.toMatchObject(unavailable)
    done.give()
    await holder
    await drop()
  })
})

test('a PostgreSQL server that is not there is told in one line, without the password', async () => {
  const proxy = await startProxy({ host: '127.0.0.1', port: 1 })
  await proxy.close()
  const url = `postgres://somebody:hunter2@127.0.0.1:${proxy.port}/accounts`
  const error: unknown = await openDatabase({ url, defineTables }).catch((reason: unknown) => reason)
  expect(error).toMatchObject({
    name: 'StartError',
    message: expect.stringMatching(
      new RegExp(
        `^cannot use the PostgreSQL database "accounts" at 127.0.0.1:${proxy.port} .*correct the database URL$`,
      ),
    ),
  })
  expect(String(error)).not.toContain('hunter2')
})
