import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { createPostgresDatabase } from '@accounts/shared/testing/databases'
import { describeOn } from '@accounts/shared/testing/engines'
import { readGoldenMessages } from '@accounts/shared/events/golden/golden-messages'
import { createSqliteTrial } from '@accounts/shared/messaging/testing/sqlite-trial'
import { accountQueue } from '@accounts/shared/messaging/topology'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxQueue } from '../../ports.ts'
import { messageOf } from './sending.ts'
import {
  createHeldBus,
  createRecorder,
  createRelayTrial,
  eventually,
  type RelayTrial,
} from './testing/relay-trial.ts'
import { nowhere } from '../../domain/audit.ts'

const countTo = (length: number) => Array.from({ length }, (_, index) => index + 1)

describeDialects('the relay', (createDatabase) => {
  let trial: RelayTrial
  beforeEach(async () => {
    trial = await createRelayTrial(createDatabase)
  })
  afterEach(async () => trial.end())

  test('publishes everything that waits exactly once, each account in its order, on a real bus', async () => {
    const busTrial = await createSqliteTrial()
    const bus = await busTrial.open()
    const ids = await trial.write(countTo(50), 10)
    trial.start({ publish: bus.publish })
    await trial.drained()
    const stored = await busTrial.drain(accountQueue)
    expect(stored.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
    for (const account of countTo(50)) {
      const own = stored.filter(({ headers }) => Object(headers)['x-aggregate-id'] === String(account))
      const versions = own.map(({ headers }) => Number(Object(headers)['x-aggregate-version']))
      expect(versions).toEqual(versions.toSorted((one, other) => one - other))
    }
    expect((await trial.rows()).every(({ publishedAt }) => publishedAt !== null)).toBe(true)
    await busTrial.end()
  })

  test('a wake publishes what was committed; nothing else does before the sweep', async () => {
    const bus = createRecorder()
    const { relay } = trial.start(bus)
    for (const account of countTo(5)) {
      const [id] = await trial.write([account])
      relay.wake()
      await trial.drained()
      expect(bus.ids().at(-1)).toBe(id)
    }
    expect(bus.sent).toHaveLength(5)
  })

  test('one account with more events than it ever has in hand, all of them stuck, does not hold up another', async () => {
    const bus = createHeldBus()
    await trial.write([1], 500)
    await trial.write([2], 1)
    trial.start(bus)
    await eventually(() => bus.underWay().includes('event-501'))
    expect(bus.underWay()).toEqual(['event-1', 'event-501'])
  })

  test('an event of a type that is not known here is parked, and what follows is sent', async () => {
    const bus = createRecorder()
    const { query, tables } = trial.store
    const [id = ''] = await trial.write([1])
    await query.update(tables.outbox).set({ type: 'Unheard Of' }).where(eq(tables.outbox.id, id))
    await trial.write([1])
    trial.start(bus)
    await trial.drained()
    expect(await trial.idsThatAre('parked')).toEqual([id])
    expect(bus.ids()).toEqual(['event-2'])
  })

  test('the sweep finds what nobody woke it for', async () => {
    const bus = createRecorder()
    trial.start({ ...bus, sweepMilliseconds: 20 })
    await trial.write([1])
    await trial.drained()
    expect(bus.ids()).toEqual(['event-1'])
  })

  test('an event waits for the confirmation of the one before it, however late; other accounts do not', async () => {
    const bus = createHeldBus()
    await trial.write([1, 2], 3)
    trial.start(bus)
    await eventually(() => bus.underWay().length === 2)
    expect(bus.underWay()).toEqual(['event-1', 'event-2'])
    for (const id of ['event-2', 'event-4', 'event-6']) {
      await eventually(() => bus.underWay().includes(id))
      bus.confirm(id)
    }
    await eventually(async () => (await trial.idsThatAre('published')).length === 3)
    expect(bus.underWay()).toEqual(['event-1'])
    for (const id of ['event-1', 'event-3', 'event-5']) {
      await eventually(() => bus.underWay().includes(id))
      bus.confirm(id)
    }
    await trial.drained()
    expect(bus.sent.filter((id) => ['event-1', 'event-3', 'event-5'].includes(id))).toEqual([
      'event-1',
      'event-3',
      'event-5',
    ])
    expect(bus.sent).toHaveLength(6)
  })

  test('what is written while an account is stuck is sent after what it is stuck with', async () => {
    const bus = createHeldBus()
    const { relay } = trial.start(bus)
    await trial.write([1])
    relay.wake()
    await eventually(() => bus.underWay().length === 1)
    await trial.write([1, 2])
    relay.wake()
    await eventually(() => bus.underWay().length === 2)
    expect(bus.underWay()).toEqual(['event-1', 'event-3'])
    bus.confirmAll()
    await eventually(() => bus.underWay().includes('event-2'))
    bus.confirmAll()
    await trial.drained()
    expect(bus.sent).toEqual(['event-1', 'event-3', 'event-2'])
  })

  test('a row with a lower sequence that appears late is not skipped', async () => {
    const bus = createRecorder()
    const { relay } = trial.start(bus)
    await trial.write([1, 2])
    relay.wake()
    await trial.drained()
    const { outbox } = trial.store.tables
    await trial.store.query.update(outbox).set({ state: 'waiting' }).where(eq(outbox.id, 'event-1'))
    relay.wake()
    await trial.drained()
    expect(bus.ids()).toEqual(['event-1', 'event-2', 'event-1'])
  })

  test('what was marked while it was being read is not sent again', async () => {
    const bus = createRecorder()
    let release = () => {}
    const queue: OutboxQueue = {
      ...trial.queue,
      waiting: async (limit) => {
        const rows = await trial.queue.waiting(limit)
        // Answered only when all of them are marked and forgotten.
        if (bus.sent.length > 0 && rows.length > 0) await new Promise<void>((resolve) => (release = resolve))
        return rows
      },
    }
    const held = createHeldBus()
    const publish = async (message: Parameters<typeof bus.publish>[0]) => {
      await bus.publish(message)
      await held.publish(message)
    }
    await trial.write([1, 2])
    const { relay } = trial.start({ publish, queue })
    await eventually(() => held.underWay().length === 2)
    relay.wake()
    await new Promise((resolve) => setImmediate(resolve))
    held.confirmAll()
    await trial.drained()
    release()
    await trial.write([3])
    relay.wake()
    await eventually(() => {
      release()
      return held.underWay().includes('event-3')
    })
    held.confirmAll()
    await trial.drained()
    expect(bus.ids()).toEqual(['event-1', 'event-2', 'event-3'])
  })

  test('10,000 rows are read by 200 at most and never more than 200 are in hand', async () => {
    await trial.write(countTo(2_500), 4)
    let most = 0
    const limits = new Set<number>()
    const inHand = new Set<number>()
    const queue: OutboxQueue = {
      ...trial.queue,
      waiting: async (limit) => {
        limits.add(limit)
        return trial.queue.waiting(limit)
      },
      markPublished: async (sequences) => {
        await trial.queue.markPublished(sequences)
        for (const sequence of sequences) inHand.delete(sequence)
      },
    }
    let sent = 0
    trial.start({
      queue,
      publish: async ({ headers }) => {
        sent += 1
        inHand.add(Number(headers?.['x-aggregate-version']))
        most = Math.max(most, inHand.size)
        await new Promise((resolve) => setImmediate(resolve))
      },
    })
    await trial.drained()
    expect({ sent, limits: [...limits] }).toEqual({ sent: 10_000, limits: [200] })
    expect(most).toBeGreaterThanOrEqual(50)
    expect(most).toBeLessThanOrEqual(200)
  }, 60_000)

  test('at least 50 events of different accounts are under way at once', async () => {
    const bus = createHeldBus()
    await trial.write(countTo(300))
    trial.start(bus)
    await eventually(() => bus.underWay().length >= 50)
    expect(bus.sent.length).toBeLessThanOrEqual(200)
    await eventually(async () => {
      bus.confirmAll()
      return (await trial.queue.backlog()).waiting === 0
    })
    expect(new Set(bus.sent).size).toBe(300)
    expect(bus.sent).toHaveLength(300)
  })

  test('the message is the row: its id, type, routing key, body, headers and the request that caused it', async () => {
    const { outbox } = trial.store.tables
    const golden = readGoldenMessages().map(({ message }) => message)
    await trial.store.query.insert(outbox).values(
      golden.map(({ id, type, body, headers, correlationId }) => ({
        ...{ id, type, payload: body, headers, aggregateId: body.auth_id, createdAt: trial.clock() },
        ...{ aggregateVersion: headers['x-aggregate-version'], correlationId: String(correlationId) },
      })),
    )
    const bus = createRecorder()
    trial.start(bus)
    await trial.drained()
    expect(bus.sent).toEqual(golden)
  })

  test('an event that no request caused has none', async () => {
    await trial.write([1])
    const { outbox } = trial.store.tables
    await trial.store.query.update(outbox).set({ correlationId: null })
    const [event] = await trial.queue.waiting(1)
    expect(messageOf(event!).correlationId).toBeUndefined()
  })
})

describeOn('postgres', 'the relay', ({ TEST_POSTGRES_URL }) => {
  test('what is committed after a later row is published too', async () => {
    const trial = await createRelayTrial(async () => createPostgresDatabase(TEST_POSTGRES_URL))
    const bus = createRecorder()
    const { relay } = trial.start(bus)
    const [late, early] = [await trial.store.register('late'), await trial.store.register('early')]
    const revoke = (auth_id: number) => ({
      ...{ event_type: 'Session Revoke' as const, auth_id },
      ...{ session_id: 'one', expires_at: trial.clock().toISOString() },
    })
    let commit = () => {}
    const isTime = new Promise<void>((resolve) => (commit = resolve))
    let isWritten = false
    const committedLate = trial.store.transact(nowhere, async ({ outbox }) => {
      await outbox.add(revoke(late.id))
      isWritten = true
      await isTime
    })
    await eventually(() => isWritten)
    await trial.store.transact(nowhere, async ({ outbox }) => outbox.add(revoke(early.id)))
    relay.wake()
    await eventually(() => bus.sent.length === 1)
    commit()
    await committedLate
    relay.wake()
    await trial.drained()
    expect(bus.sent.map(({ headers }) => Number(headers?.['x-aggregate-id']))).toEqual([early.id, late.id])
    await trial.end()
  })
})
