import { openDatabase } from '@accounts/shared/database/open'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { startProxy } from '@accounts/shared/database/testing/proxy'
import { createPostgresDatabase, createSqliteDatabase } from '@accounts/shared/testing/databases'
import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { expect, test, vi } from 'vitest'
import { defineTables } from '../../adapters/database/tables.ts'
import { createEventTrial, createHandling, messageOf } from './testing/event-trial.ts'
import { eventsOf } from './testing/events.ts'

const wait = [{ verdict: 'wait', reason: 'the database does not answer' }]
const done = [{ verdict: 'done' }]
const message = messageOf(eventsOf(1).register(), 1)

describeEmbedded('sqlite', 'events while the database is away', () => {
  test('a file that is locked by somebody else, or closed: the event waits', async () => {
    const trial = await createEventTrial({ createDatabase: createSqliteDatabase })
    const database = await openDatabase({ url: trial.url, defineTables, lockTimeoutMilliseconds: 20 })
    const { deliver } = createHandling(database)
    const other = await openSqliteFile(trial.url.replace('sqlite:', ''), {})
    other.exec('begin immediate')
    expect(await deliver(message)).toEqual(wait)
    other.exec('rollback')
    other.close()
    expect(await deliver(message)).toEqual(done)
    await database.close()
    expect(await deliver(message)).toEqual(wait)
    await trial.drop()
  })
})

describeOn('postgres', 'events while the database is away', ({ TEST_POSTGRES_URL }) => {
  test('a server that is gone: the event waits, and is applied once it is back', async () => {
    const createDatabase = async () => createPostgresDatabase(TEST_POSTGRES_URL)
    const trial = await createEventTrial({ createDatabase })
    const proxied = new URL(trial.url)
    const proxy = await startProxy({ host: proxied.hostname, port: Number(proxied.port || 5432) })
    proxied.host = `127.0.0.1:${proxy.port}`
    const database = await openDatabase({
      ...{ url: proxied.href, defineTables },
      ...{ connectTimeoutMilliseconds: 500, statementTimeoutMilliseconds: 300 },
    })
    const { deliver } = createHandling(database)
    expect(await deliver(messageOf(eventsOf(2).register(), 1))).toEqual(done)
    proxy.fallSilent()
    expect(await deliver(message)).toEqual(wait)
    await proxy.close()
    expect(await deliver(message)).toEqual(wait)
    expect(await trial.view(1)).toMatchObject({ profiles: [] })
    await proxy.reopen()
    await vi.waitFor(async () => expect(await deliver(message)).toEqual(done), { timeout: 10_000 })
    expect((await trial.view(1)).profiles).toHaveLength(1)
    await database.close()
    await proxy.close()
    await trial.drop()
  })
})
