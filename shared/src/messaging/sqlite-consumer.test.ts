import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openSqliteFile } from '../database/sqlite-driver.ts'
import { describeEmbedded } from '../testing/engines.ts'
import type { Bus, ReceivedMessage, Verdict } from './bus.ts'
import { sampleMessage } from './testing/bus-trial.ts'
import { createSqliteTrial, type SqliteTrial } from './testing/sqlite-trial.ts'
import { retryDelays } from './topology.ts'

/** A promise that is kept from outside. */
const createSignal = () => {
  let give = () => {}
  const given = new Promise<void>((resolve) => (give = resolve))
  return { given, give }
}

const patience = { timeout: 10_000, interval: 5 }
const script = fileURLToPath(new URL('testing/consume-from-process.ts', import.meta.url))

describeEmbedded('embedded bus', 'consuming from the file', () => {
  let trial: SqliteTrial
  const children: ChildProcess[] = []
  beforeEach(async () => {
    trial = await createSqliteTrial()
  })
  afterEach(async () => {
    for (const child of children.splice(0)) await kill(child)
    await trial.end()
  })

  const kill = async (child: ChildProcess) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  /** Another process that reads the queue; its lines so far. */
  const startProcess = async (ending: 'done' | 'never', leaseMilliseconds = 60_000) => {
    const options = ['--import', 'tsx', '--conditions=@accounts/source']
    const child = spawn(process.execPath, [...options, script, trial.file, ending, `${leaseMilliseconds}`], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    children.push(child)
    let output = ''
    child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()))
    const lines = () => output.split('\n').slice(0, -1)
    await vi.waitUntil(() => lines().includes('ready'), patience)
    return { child, ids: () => lines().filter((line) => line !== 'ready') }
  }

  const consume = (bus: Bus, handle: (message: ReceivedMessage) => Promise<Verdict>, prefetch = 10) =>
    bus.consume({ prefetch, handle, isAble: async () => true })

  const collect = (bus: Bus) => {
    const ids: string[] = []
    const consumer = consume(bus, async ({ id }) => {
      ids.push(id)
      return { verdict: 'done' }
    })
    return { ids, consumer }
  }

  const left = async () =>
    (await trial.connection()).prepare('SELECT count(*) FROM messages').pluck().get() as number

  const leasedUntil = async () =>
    (await trial.connection()).prepare('SELECT max(visible_at) FROM messages').pluck().get() as number

  test('a process killed with messages in hand: another takes exactly those over after their lease', async () => {
    const bus = await trial.open({ sweepMilliseconds: 20 })
    const killed = await startProcess('never', 300)
    for (const id of ['one', 'two', 'three']) await bus.publish(sampleMessage({ id }))
    await vi.waitUntil(() => killed.ids().length === 2, patience)
    const { ids } = collect(bus)
    const leased = await leasedUntil()
    await vi.waitUntil(async () => (await leasedUntil()) > leased + 300, patience)
    expect(ids).toEqual(['three'])
    await kill(killed.child)
    await vi.waitUntil(() => ids.length === 3, patience)
    expect(ids).toEqual(['three', 'one', 'two'])
    await vi.waitUntil(async () => (await left()) === 0, patience)
  })

  test('handling takes longer than the lease: it is renewed, and nobody else gets the message', async () => {
    const slow = await trial.open({ leaseMilliseconds: 150 })
    const other = await trial.open({ leaseMilliseconds: 150, sweepMilliseconds: 20 })
    const begun = createSignal()
    const goOn = createSignal()
    consume(
      slow,
      async () => {
        begun.give()
        await goOn.given
        return { verdict: 'done' }
      },
      1,
    )
    await slow.publish(sampleMessage())
    await begun.given
    const { ids } = collect(other)
    const first = await leasedUntil()
    await vi.waitUntil(async () => (await leasedUntil()) > first + 600, patience)
    goOn.give()
    await vi.waitUntil(async () => (await left()) === 0, patience)
    expect(ids).toEqual([])
  })

  test.each<Verdict>([
    { verdict: 'done' },
    { verdict: 'retry', reason: 'late' },
    { verdict: 'park', reason: 'late' },
    { verdict: 'wait', reason: 'late' },
  ])('whose lease was taken over changes nothing any more: $verdict', async (verdict) => {
    const bus = await trial.open()
    const begun = createSignal()
    const goOn = createSignal()
    const consumer = consume(bus, async () => {
      begun.give()
      await goOn.given
      return verdict
    })
    await bus.publish(sampleMessage())
    await begun.given
    const connection = await trial.connection()
    connection.exec("UPDATE messages SET lease_token = 'of somebody else'")
    const rows = () => connection.prepare('SELECT * FROM messages').all()
    const before = rows()
    goOn.give()
    await consumer.close()
    expect(before).toHaveLength(1)
    expect(rows()).toEqual(before)
  })

  test('woken by a publish in another process at once, long before its sweep', async () => {
    const bus = await trial.open()
    const other = await startProcess('done', 3_600_000)
    // The first may still be found by its look around at the start.
    for (const [index, id] of ['first', 'second', 'third'].entries()) {
      await bus.publish(sampleMessage({ id }))
      await vi.waitUntil(() => other.ids().length === index + 1, patience)
    }
    expect(other.ids()).toEqual(['first', 'second', 'third'])
  })

  test('a lock held by another process: waited for without blocking, then all is written', async () => {
    const bus = await trial.open()
    const { ids, consumer } = collect(bus)
    for (let index = 0; index < 5; index += 1) await bus.publish(sampleMessage({ id: `message-${index}` }))
    const other = await trial.connection()
    await vi.waitUntil(async () => (await left()) === 0, patience)
    await consumer.close()
    await bus.publish(sampleMessage({ id: 'locked' }))
    other.exec('BEGIN IMMEDIATE')
    const later = collect(bus)
    let turns = 0
    await vi.waitUntil(() => (turns += 1) > 20, { timeout: 10_000, interval: 5 })
    expect(later.ids).toEqual([])
    expect(later.consumer.status()).toEqual({ consuming: true })
    other.exec('COMMIT')
    await vi.waitUntil(async () => (await left()) === 0, patience)
    expect([...ids, ...later.ids]).toEqual([
      ...Array.from({ length: 5 }, (_, index) => `message-${index}`),
      'locked',
    ])
  })

  test('fails: due again after each delay in turn, with its attempts and reason; after the last one parked', async () => {
    const bus = await trial.open({ sweepMilliseconds: 10 })
    const seen: number[] = []
    await bus.publish(sampleMessage())
    const consumer = consume(bus, async ({ attempts }) => {
      seen.push(attempts)
      throw new Error(`failed at ${attempts}`)
    })
    const connection = await trial.connection()
    const row = () =>
      connection.prepare('SELECT attempts, visible_at, last_reason, lease_token FROM messages').get() as {
        attempts: number
        visible_at: number
      }
    const now = connection.prepare('UPDATE messages SET visible_at = 0')
    for (const [index, { milliseconds }] of retryDelays.entries()) {
      const before = Date.now()
      await vi.waitUntil(() => row().attempts === index + 1, patience)
      expect(row()).toMatchObject({ last_reason: `failed at ${index}`, lease_token: null })
      expect(row().visible_at).toBeGreaterThan(before + milliseconds - 1_000)
      expect(row().visible_at).toBeLessThanOrEqual(Date.now() + milliseconds)
      now.run()
    }
    await vi.waitUntil(async () => (await bus.deadLetters.count()) === 1, patience)
    await consumer.close()
    expect(await bus.deadLetters.find('message-1')).toMatchObject({ attempts: 4, reason: 'failed at 4' })
    expect(seen).toEqual([0, 1, 2, 3, 4])
  })

  test('the queue cannot be read: says so with the reason, and goes on when it can', async () => {
    const bus = await trial.open({ sweepMilliseconds: 20 })
    const { ids, consumer } = collect(bus)
    const other = await trial.connection()
    other.exec('ALTER TABLE messages RENAME TO elsewhere')
    await vi.waitUntil(() => !consumer.status().consuming, patience)
    expect(consumer.status()).toMatchObject({ reason: expect.stringContaining('could not be read') })
    other.exec('ALTER TABLE elsewhere RENAME TO messages')
    await vi.waitUntil(() => consumer.status().consuming, patience)
    await bus.publish(sampleMessage())
    await vi.waitUntil(() => ids.length === 1, patience)
  })

  test('headers that are not an object, from whoever: do not keep the others from being read', async () => {
    const bus = await trial.open()
    await trial.put('user_info', { id: 'broken', body: '' })
    ;(await trial.connection()).exec("UPDATE messages SET headers = 'broken'")
    await bus.publish(sampleMessage({ id: 'whole' }))
    const { ids } = collect(bus)
    await vi.waitUntil(() => ids.length === 2, patience)
    expect(ids).toEqual(['broken', 'whole'])
  })

  test('a file of version 1: brought up to date where it is, its messages are delivered in order', async () => {
    const old = await openSqliteFile(trial.file, {})
    old.pragma('journal_mode = WAL')
    old.exec(versionOne)
    const insert = old.prepare(
      `INSERT INTO messages (queue, message_id, type, routing_key, app_id, correlation_id, timestamp, headers, body)
       VALUES (?, ?, 'Register', 'account.registered', 'auth-service', 'request-1', 1700000000, '{"x-old":1}', '{}')`,
    )
    for (const id of ['one', 'two']) insert.run('user_info', id)
    insert.run('another_consumer', 'three')
    old.close()
    const seen: ReceivedMessage[] = []
    const bus = await trial.open()
    const consumer = consume(bus, async (message) => {
      seen.push(message)
      return { verdict: 'done' }
    })
    await vi.waitUntil(() => seen.length === 2, patience)
    await consumer.close()
    expect(seen.map(({ id }) => id)).toEqual(['one', 'two'])
    expect(seen[0]).toEqual({
      ...{ id: 'one', type: 'Register', routingKey: 'account.registered', appId: 'auth-service' },
      ...{ correlationId: 'request-1', timestampSeconds: 1_700_000_000, headers: { 'x-old': 1 } },
      ...{ body: '{}', attempts: 0 },
    })
    expect((await trial.drain('another_consumer')).map(({ id }) => id)).toEqual(['three'])
  })
})

const versionOne = `
  CREATE TABLE bindings (
    queue TEXT NOT NULL,
    pattern TEXT NOT NULL,
    PRIMARY KEY (queue, pattern)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    type TEXT NOT NULL,
    routing_key TEXT NOT NULL,
    app_id TEXT NOT NULL,
    correlation_id TEXT,
    timestamp INTEGER NOT NULL,
    headers TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX messages_of_queue ON messages (queue, sequence);
  INSERT INTO bindings VALUES ('user_info', 'account.*');
  PRAGMA application_id = 1651864352;
  PRAGMA user_version = 1;`
