import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test, vi } from 'vitest'
import { createPostgresDatabase, createSqliteDatabase, runAsSuperuser } from '../testing/databases.ts'
import { describeEmbedded, describeOn } from '../testing/engines.ts'
import { openDatabase } from './open.ts'
import { startProxy } from './testing/proxy.ts'

const defineTables = () => ({})

describeOn('postgres', 'notices', ({ TEST_POSTGRES_URL }) => {
  const createDatabase = async () => createPostgresDatabase(TEST_POSTGRES_URL)
  const listeners = async (applicationName: string) => {
    const facts = `application_name = '${applicationName} (listening)' and state = 'idle'`
    return runAsSuperuser(TEST_POSTGRES_URL, `select pid from pg_stat_activity where ${facts}`)
  }
  const terminate = async (applicationName: string) =>
    runAsSuperuser(
      TEST_POSTGRES_URL,
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${applicationName} (listening)'`,
    )
  const soon = { timeout: 15_000, interval: 20 }

  /** Counts what it hears once it listens. */
  const listen = async (url: string, applicationName: string) => {
    const database = await openDatabase({ url, defineTables, applicationName })
    const heard = { count: 0 }
    const listening = await database.listen('news', () => (heard.count += 1))
    await vi.waitUntil(() => heard.count === 1, soon)
    const close = async () => {
      await listening.close()
      await database.close()
    }
    return { heard, listening, close }
  }

  test('a notice of another connection arrives, one of another channel or another database does not', async () => {
    const [{ url, drop }, elsewhere] = [await createDatabase(), await createDatabase()]
    const { heard, close } = await listen(url, 'notices_heard')
    const other = await openDatabase({ url, defineTables })
    const stranger = await openDatabase({ url: elsewhere.url, defineTables })
    await stranger.notify('news')
    await other.notify('gossip')
    for (const count of [2, 3, 4]) {
      await other.notify('news')
      await vi.waitUntil(() => heard.count === count, soon)
    }
    await Promise.all([close(), other.close(), stranger.close()])
    expect(heard.count).toBe(4)
    await Promise.all([drop(), elsewhere.drop()])
  })

  test('it listens again after the server ended its connection, and says so once', async () => {
    const { url, drop } = await createDatabase()
    const { heard, close } = await listen(url, 'notices_ended')
    const other = await openDatabase({ url, defineTables })
    for (const count of [2, 4]) {
      await terminate('notices_ended')
      // What was announced in between may have been missed.
      await vi.waitUntil(() => heard.count === count, soon)
      await other.notify('news')
      await vi.waitUntil(() => heard.count === count + 1, soon)
      expect(await listeners('notices_ended')).toHaveLength(1)
    }
    await Promise.all([close(), other.close()])
    await drop()
  })

  test('it listens again after the server was away for several tries', async () => {
    const { url, drop } = await createDatabase()
    const proxied = new URL(url)
    const proxy = await startProxy({ host: proxied.hostname, port: Number(proxied.port || 5432) })
    proxied.host = `127.0.0.1:${proxy.port}`
    const { heard, close } = await listen(proxied.href, 'notices_away')
    const other = await openDatabase({ url, defineTables })
    await proxy.close()
    let tries = 0
    const refusing = createServer((socket) => {
      tries += 1
      socket.destroy()
    }).listen(proxy.port, '127.0.0.1')
    await vi.waitUntil(() => tries >= 2, soon)
    refusing.close()
    await once(refusing, 'close')
    expect(heard.count).toBe(1)
    await proxy.reopen()
    await vi.waitUntil(() => heard.count === 2, soon)
    await other.notify('news')
    await vi.waitUntil(() => heard.count === 3, soon)
    await Promise.all([close(), other.close()])
    await proxy.close()
    await drop()
  })

  test('closing leaves no connection, whether it listens, was ended just now or cannot connect', async () => {
    const { url, drop } = await createDatabase()
    const first = await listen(url, 'notices_closed')
    await first.close()
    const second = await listen(url, 'notices_closed')
    const control = await listen(url, 'notices_control')
    await terminate('notices_closed')
    await second.close()
    await terminate('notices_control')
    const database = await openDatabase({ url, defineTables, applicationName: 'notices_closed' })
    const hasty = await database.listen('news', () => {})
    await hasty.close()
    await database.close()
    const anybody = `select 1 from pg_stat_activity where application_name like 'notices_closed%'`
    await vi.waitUntil(async () => (await runAsSuperuser(TEST_POSTGRES_URL, anybody)).length === 0, soon)
    // Nor does one come back by itself: it would have before this one.
    await vi.waitUntil(() => control.heard.count === 2, soon)
    await control.close()
    expect(await runAsSuperuser(TEST_POSTGRES_URL, anybody)).toHaveLength(0)
    expect([first.heard.count, second.heard.count]).toEqual([1, 1])
    await drop()
  })
})

describeEmbedded('sqlite', 'notices', () => {
  test('there is nobody else to tell: nothing happens, and nothing has to be ended', async () => {
    const { url, drop } = await createSqliteDatabase()
    const database = await openDatabase({ url, defineTables })
    let heard = 0
    const listening = await database.listen('news', () => (heard += 1))
    await database.notify('news')
    await listening.close()
    await database.close()
    expect(heard).toBe(0)
    await drop()
  })
})
