import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describeEmbedded } from '../testing/engines.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqliteFile } from '../database/sqlite-driver.ts'
import { StartError } from '../errors/start-error.ts'
import type { PublishError } from './bus.ts'
import { openBus } from './open-bus.ts'
import { createLogCollector, sampleMessage } from './testing/bus-trial.ts'
import { createSqliteTrial, type SqliteTrial } from './testing/sqlite-trial.ts'

describeEmbedded('embedded bus', 'message bus file', () => {
  let trial: SqliteTrial
  beforeEach(async () => {
    trial = await createSqliteTrial()
  })
  afterEach(() => trial.end())

  const open = (busFile: string) =>
    openBus({ rabbitmqUrl: undefined, busFile, appId: 'test-service', logger: createLogCollector().logger })
  const startFault = async (busFile: string) => {
    const error = await open(busFile).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(StartError)
    const { message } = error as StartError
    expect(message).not.toContain('\n')
    return message
  }
  const failureOf = (publishing: Promise<void>) =>
    publishing.then(
      () => 'published',
      (error: PublishError) => error.reason,
    )

  test('several processes create it and publish to it at once', async () => {
    const script = fileURLToPath(new URL('testing/publish-from-process.ts', import.meta.url))
    const run = (name: string) =>
      promisify(execFile)(process.execPath, [
        ...['--import', 'tsx', '--conditions=@accounts/source'],
        ...[script, trial.file, name, '50'],
      ])
    const names = ['one', 'two', 'three', 'four']
    await Promise.all(names.map(run))
    const ids = (await trial.drain('user_info')).map((stored) => stored.id)
    const expected = names.flatMap((name) => Array.from({ length: 50 }, (_, index) => `${name}-${index}`))
    expect(ids.toSorted()).toEqual(expected.toSorted())
    for (const name of names) {
      const ofOne = ids.filter((id) => id.startsWith(`${name}-`))
      expect(ofOne).toEqual(expected.filter((id) => id.startsWith(`${name}-`)))
    }
  })

  test('a lock held by another process: waits for it; past the deadline times out and stores nothing', async () => {
    const bus = await trial.open({ publishTimeoutMilliseconds: 500 })
    const other = await trial.connection()
    other.exec('BEGIN IMMEDIATE')
    expect(await failureOf(bus.publish(sampleMessage({ id: 'too late' })))).toBe('timeout')
    const waiting = bus.publish(sampleMessage({ id: 'in time' }))
    other.exec('COMMIT')
    await waiting
    expect((await trial.drain('user_info')).map((stored) => stored.id)).toEqual(['in time'])
  })

  test('opened again: messages, bindings and schema are as they were', async () => {
    const first = await trial.open()
    await trial.bindQueue('another_consumer', 'account.registered')
    await first.publish(sampleMessage())
    await first.close()
    const second = await trial.open()
    await second.publish(sampleMessage({ id: 'message-2' }))
    for (const queue of ['user_info', 'another_consumer']) {
      expect((await trial.drain(queue)).map((stored) => stored.id)).toEqual(['message-1', 'message-2'])
    }
  })

  test('deleted or replaced while open: not ready, and publishes nothing into the void', async () => {
    const bus = await trial.open()
    await rename(trial.file, `${trial.file}.moved`)
    expect(bus.readiness()).toEqual({ ready: false, reason: expect.stringContaining('moved or deleted') })
    expect(await failureOf(bus.publish(sampleMessage()))).toBe('unavailable')
    await writeFile(trial.file, '')
    expect(await failureOf(bus.publish(sampleMessage()))).toBe('unavailable')
    await rename(`${trial.file}.moved`, trial.file)
    expect(bus.readiness()).toEqual({ ready: true })
    await bus.publish(sampleMessage())
  })

  test('a write that fails for another reason than a lock: unavailable and not ready until one succeeds', async () => {
    const bus = await trial.open()
    const other = await trial.connection()
    other.exec('ALTER TABLE messages RENAME TO elsewhere')
    expect(await failureOf(bus.publish(sampleMessage()))).toBe('unavailable')
    expect(bus.readiness()).toEqual({ ready: false, reason: expect.stringContaining('could not be written') })
    other.exec('ALTER TABLE elsewhere RENAME TO messages')
    await bus.publish(sampleMessage())
    expect(bus.readiness()).toEqual({ ready: true })
  })

  test('written by a newer version: refused, and left as it is', async () => {
    await (await trial.open()).close()
    const connection = await openSqliteFile(trial.file, {})
    connection.pragma('user_version = 99')
    connection.close()
    const before = await readFile(trial.file)
    expect(await startFault(trial.file)).toBe(
      `${trial.file} was written by a newer version: update this one or set BUS_FILE to another path`,
    )
    expect(await readFile(trial.file)).toEqual(before)
  })

  test('the database of something else: refused, and nothing is added to it', async () => {
    const connection = await openSqliteFile(trial.file, {})
    connection.exec('CREATE TABLE auth_info (id INTEGER)')
    expect(await startFault(trial.file)).toContain('is not a file of the embedded bus')
    expect(connection.prepare('SELECT name FROM sqlite_schema').pluck().all()).toEqual(['auth_info'])
    connection.close()
  })

  test('not an SQLite file at all: one clear line', async () => {
    await writeFile(
      trial.file,
      'a shopping list, longer than the header of a database file would be'.repeat(20),
    )
    expect(await startFault(trial.file)).toContain('is not an SQLite file')
  })

  test('a folder that is not there is made', async () => {
    const file = path.join(trial.folder, 'data', 'of', 'the', 'bus.db')
    const bus = await open(file)
    expect(await failureOf(bus.publish(sampleMessage()))).toBe('published')
    await bus.close()
  })

  test('a folder without write permission: one clear line that names the file and what to do', async () => {
    const folder = path.join(trial.folder, 'locked')
    await mkdir(folder, { mode: 0o755 })
    await chmod(trial.folder, 0o755)
    await chmod(folder, 0o555)
    const asNobody = asUnprivileged(() => startFault(path.join(folder, 'bus.db')))
    expect(await asNobody).toMatch(
      /^the embedded bus cannot write .*locked\/bus\.db \(.+\): make its folder writable/,
    )
    const deeper = asUnprivileged(() => startFault(path.join(folder, 'data', 'bus.db')))
    expect(await deeper).toMatch(/^the embedded bus cannot write .*data\/bus\.db \(EACCES\)/)
  })
})

/** Permissions mean nothing to root, as whom tests may run. */
const asUnprivileged = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  if (process.getuid?.() !== 0) return work()
  const nobody = 65_534
  process.seteuid?.(nobody)
  try {
    return await work()
  } finally {
    process.seteuid?.(0)
  }
}
