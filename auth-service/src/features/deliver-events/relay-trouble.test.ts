import { createUnavailable } from '@accounts/shared/errors/unavailable'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { type BusMessage, PublishError, type PublishFailure } from '@accounts/shared/messaging/bus'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxQueue } from '../../ports.ts'
import {
  createHeldBus,
  createRecorder,
  createRelayTrial,
  eventually,
  type RelayTrial,
} from './testing/relay-trial.ts'

describeDialects('the relay in trouble', (createDatabase) => {
  let trial: RelayTrial
  beforeEach(async () => {
    trial = await createRelayTrial(createDatabase)
  })
  afterEach(async () => trial.end())

  const logged = (msg: string) => trial.lines.filter((line) => line.msg === msg)

  /** Refuses whatever `reasonOf` has a reason for. */
  const createFaultyBus = (reasonOf: (message: BusMessage) => PublishFailure | undefined) => {
    const bus = createRecorder()
    const tries: { id: string; at: number }[] = []
    const publish = async (message: BusMessage) => {
      tries.push({ id: message.id, at: performance.now() })
      const reason = reasonOf(message)
      if (reason) throw new PublishError(reason, `it is ${reason}`)
      await bus.publish(message)
    }
    return { ...bus, tries, publish }
  }

  test.each(['unavailable', 'timeout', 'refused'] as const)(
    'as long as the bus is %s nothing is parked; it is tried less and less often, and then all goes in order',
    async (reason) => {
      let isDown = true
      const bus = createFaultyBus(() => (isDown ? reason : undefined))
      await trial.write([1, 2], 3)
      const { relay } = trial.start(bus)
      // Waking does not make it try more often.
      const firstTries = () => bus.tries.filter(({ id }) => id === 'event-1')
      await eventually(() => {
        relay.wake()
        return firstTries().length === 4
      })
      const [first, second, third, fourth] = firstTries().map(({ at }) => at)
      expect(second! - first!).toBeGreaterThan(90)
      expect(third! - second!).toBeGreaterThan(190)
      expect(fourth! - third!).toBeGreaterThan(390)
      expect(new Set(bus.tries.map(({ id }) => id))).toEqual(new Set(['event-1', 'event-2']))
      isDown = false
      await trial.drained()
      expect(await trial.idsThatAre('parked')).toEqual([])
      const ofAccount = (account: string) =>
        bus.sent.filter(({ headers }) => headers?.['x-aggregate-id'] === account).map(({ id }) => id)
      expect(ofAccount('1')).toEqual(['event-1', 'event-3', 'event-5'])
      expect(ofAccount('2')).toEqual(['event-2', 'event-4', 'event-6'])
      expect(logged('events cannot be published')).toHaveLength(1)
      expect(logged('events are published again')).toHaveLength(1)
    },
  )

  test('what is written while an earlier event fails never overtakes it', async () => {
    const bus = createHeldBus()
    let isHolding = Promise.resolve()
    let atLease = false
    const own = trial.createLeaseOf()
    const lease = {
      ...own,
      hold: async () => {
        const held = await own.hold()
        atLease = true
        await isHolding
        return held
      },
    }
    await trial.write([1])
    const { relay } = trial.start({ ...bus, lease })
    await eventually(() => bus.underWay().length === 1)
    await trial.write([1])
    atLease = false
    let goOn = () => {}
    isHolding = new Promise((resolve) => (goOn = resolve))
    relay.wake()
    await eventually(() => atLease)
    // It has read the second one, and only now the first one fails.
    bus.refuse('event-1', new PublishError('unavailable', 'gone'))
    await new Promise((resolve) => setImmediate(resolve))
    goOn()
    await eventually(() => bus.underWay().length > 0)
    expect(bus.sent).toEqual(['event-1', 'event-1'])
    bus.confirm('event-1')
    await eventually(() => bus.underWay().length > 0)
    bus.confirm('event-2')
    await trial.drained()
    expect(bus.sent).toEqual(['event-1', 'event-1', 'event-2'])
  })

  test.each(['unroutable', 'invalid'] as const)(
    'what is %s is parked with its reason, and what comes later goes on',
    async (reason) => {
      const bus = createFaultyBus(({ id }) => (id === 'event-1' ? reason : undefined))
      await trial.write([1, 2], 2)
      trial.start(bus)
      await trial.drained()
      const [parked, ...others] = await trial.rows()
      expect(parked).toMatchObject({
        ...{ id: 'event-1', state: 'parked', parkedReason: `it is ${reason}` },
        ...{ parkedAt: trial.clock(), publishedAt: null },
      })
      expect(others.map(({ state }) => state)).toEqual(['published', 'published', 'published'])
      expect(bus.ids().toSorted()).toEqual(['event-2', 'event-3', 'event-4'])
      expect(bus.tries).toHaveLength(4)
      expect(logged('an event is parked')).toMatchObject([
        { level: 'error', messageId: 'event-1', account: 1, reason: `it is ${reason}` },
      ])
    },
  )

  test('what cannot be parked yet is parked later, and the account waits for that', async () => {
    const bus = createFaultyBus(({ id }) => (id === 'event-1' ? 'invalid' : undefined))
    let isAway = true
    const queue: OutboxQueue = {
      ...trial.queue,
      park: async (sequence, reason) => {
        if (isAway) throw createUnavailable('away')
        await trial.queue.park(sequence, reason)
      },
    }
    await trial.write([1], 2)
    trial.start({ ...bus, queue })
    await eventually(() => bus.tries.length === 3)
    expect(bus.sent).toEqual([])
    isAway = false
    await trial.drained()
    expect(await trial.idsThatAre('parked')).toEqual(['event-1'])
    expect(bus.ids()).toEqual(['event-2'])
  })

  test('confirmed but never marked: not sent twice by this process, and again by the next one under the same id', async () => {
    const bus = createRecorder()
    let marks = 0
    const queue: OutboxQueue = {
      ...trial.queue,
      markPublished: async () => {
        marks += 1
        throw createUnavailable('away')
      },
    }
    await trial.write([1, 2], 2)
    const { relay } = trial.start({ ...bus, queue })
    await eventually(() => {
      relay.wake()
      return marks === 3
    })
    expect(bus.ids().toSorted()).toEqual(['event-1', 'event-2', 'event-3', 'event-4'])
    await relay.close()
    const next = createRecorder()
    trial.start(next)
    await trial.drained()
    expect(next.sent.toSorted((one, other) => one.id.localeCompare(other.id))).toEqual(
      bus.sent.toSorted((one, other) => one.id.localeCompare(other.id)),
    )
    expect(next.sent).toHaveLength(4)
  })

  test('a database that is away for a while is read again, and what was confirmed is marked then', async () => {
    const bus = createRecorder()
    let isAway = true
    let refused = 0
    const unless = async () => {
      refused += 1
      if (isAway) throw createUnavailable('away')
    }
    const queue: OutboxQueue = {
      ...trial.queue,
      waiting: async (limit) => unless().then(async () => trial.queue.waiting(limit)),
      markPublished: async (sequences) => unless().then(async () => trial.queue.markPublished(sequences)),
    }
    await trial.write([1])
    trial.start({ ...bus, queue })
    await eventually(() => refused === 3)
    isAway = false
    await eventually(() => bus.sent.length === 1)
    await trial.drained()
    expect(bus.ids()).toEqual(['event-1'])
    expect(logged('the outbox cannot be read')).toHaveLength(1)
  })
})
