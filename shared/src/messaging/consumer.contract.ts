import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bus, ConsumerNeeds, ReceivedMessage, Verdict } from './bus.ts'
import { type BusTrial, sampleMessage } from './testing/bus-trial.ts'

const patience = { timeout: 15_000, interval: 10 }
const done: Verdict = { verdict: 'done' }
const shortDelays = [20, 40].map((milliseconds) => ({
  queue: `user_info.retry.${milliseconds}ms`,
  milliseconds,
}))
const options = { retryDelays: shortDelays, isAbleMilliseconds: 20 }

/** What every transport guarantees to whoever consumes. */
export const testConsumerContract = (createTrial: () => Promise<BusTrial>) => {
  let trial: BusTrial
  let bus: Bus
  beforeEach(async () => {
    trial = await createTrial()
    bus = await trial.open(options)
  })
  afterEach(() => trial.end())

  const consume = (handle: ConsumerNeeds['handle'], needs: Partial<ConsumerNeeds> = {}, on = bus) =>
    on.consume({ prefetch: 10, isAble: async () => true, ...needs, handle })

  const collect = (on = bus) => {
    const seen: ReceivedMessage[] = []
    const handle = async (message: ReceivedMessage) => {
      seen.push(message)
      return done
    }
    return { seen, consumer: consume(handle, {}, on) }
  }

  const publish = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, index) => bus.publish(sampleMessage({ id: `${index}` }))))

  const waitForLetters = (count: number) =>
    vi.waitUntil(async () => (await bus.deadLetters.count()) === count, patience)

  /** Handlers that stay under way until they are let go. */
  const createHeld = () => {
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => (letGo = resolve))
    const begun: string[] = []
    const handle = async ({ id }: ReceivedMessage) => {
      begun.push(id)
      await gate
      return done
    }
    return { begun, handle, letGo }
  }

  test('consume: arrives as it was published; done takes it out of the queue', async () => {
    const headers = { 'x-aggregate-id': '123', 'x-aggregate-version': 7 }
    await bus.publish(sampleMessage({ headers, correlationId: 'request-1' }))
    const { seen, consumer } = collect()
    await vi.waitUntil(() => seen.length === 1, patience)
    await consumer.close()
    expect(seen).toEqual([
      {
        ...{ id: 'message-1', type: 'Register', routingKey: 'account.registered', appId: 'test-service' },
        ...{ correlationId: 'request-1', timestampSeconds: expect.any(Number), headers, attempts: 0 },
        body: '{"event_type":"Register","auth_id":123,"display_name":"John Doe"}',
      },
    ])
    expect(await trial.drain('user_info')).toEqual([])
  })

  test('prefetch 1: one after another, in order', async () => {
    const seen: string[] = []
    let underWay = 0
    for (let index = 0; index < 30; index += 1) await bus.publish(sampleMessage({ id: `${index}` }))
    consume(
      async ({ id }) => {
        underWay += 1
        expect(underWay).toBe(1)
        await new Promise(setImmediate)
        underWay -= 1
        seen.push(id)
        return done
      },
      { prefetch: 1 },
    )
    await vi.waitUntil(() => seen.length === 30, patience)
    expect(seen).toEqual(Array.from({ length: 30 }, (_, index) => `${index}`))
  })

  test('prefetch: so many at once and no more', async () => {
    await publish(12)
    const held = createHeld()
    const consumer = consume(held.handle, { prefetch: 4 })
    await vi.waitUntil(() => held.begun.length >= 4, patience)
    // A round trip later there would have been time for a fifth.
    await bus.publish(sampleMessage({ id: 'late' }))
    expect(held.begun).toHaveLength(4)
    held.letGo()
    await vi.waitUntil(() => held.begun.length === 13, patience)
    await consumer.close()
    expect(await trial.drain('user_info')).toEqual([])
  })

  test('retry: again after each delay with one more attempt, then parked with the last reason', async () => {
    const attempts: number[] = []
    const consumer = consume(async (message) => {
      attempts.push(message.attempts)
      return { verdict: 'retry', reason: `failed at ${message.attempts}` }
    })
    await bus.publish(sampleMessage())
    await waitForLetters(1)
    await consumer.close()
    expect(attempts).toEqual([0, 1, 2])
    expect(await bus.deadLetters.find('message-1')).toMatchObject({ attempts: 2, reason: 'failed at 2' })
    expect(await trial.drain('user_info')).toEqual([])
  })

  test('park: at once, with its reason; the others go on', async () => {
    const seen: string[] = []
    consume(async ({ id }) => {
      seen.push(id)
      return id === '1' ? { verdict: 'park', reason: 'poison' } : done
    })
    await publish(3)
    await waitForLetters(1)
    await vi.waitUntil(() => seen.length === 3, patience)
    expect(await bus.deadLetters.find('1')).toMatchObject({ attempts: 0, reason: 'poison' })
  })

  const throwing: Record<string, ConsumerNeeds['handle']> = {
    'at once': () => {
      throw new Error('broken')
    },
    later: async () => {
      await new Promise(setImmediate)
      throw new Error('broken')
    },
  }
  test.each(Object.entries(throwing))(
    'a handler that throws %s: retry, and consuming goes on',
    async (_, fail) => {
      const seen: string[] = []
      const consumer = consume((message) => {
        seen.push(`${message.id} ${message.attempts}`)
        return message.id === '0' && message.attempts === 0 ? fail(message) : Promise.resolve(done)
      })
      await publish(2)
      await vi.waitUntil(() => seen.length === 3, patience)
      expect(seen.toSorted()).toEqual(['0 0', '0 1', '1 0'])
      expect(consumer.status()).toEqual({ consuming: true })
    },
  )

  test('wait: nothing is handled until it is able, then everything is, no attempt burnt', async () => {
    let able = false
    let asked = 0
    const tried: string[] = []
    const handled: ReceivedMessage[] = []
    await publish(20)
    const consumer = consume(
      async (message) => {
        tried.push(message.id)
        if (!able) return { verdict: 'wait', reason: 'database away' }
        handled.push(message)
        return done
      },
      {
        prefetch: 5,
        isAble: async () => {
          asked += 1
          if (asked === 2) throw new Error('not even that')
          return able
        },
      },
    )
    await vi.waitUntil(() => asked >= 5, patience)
    const before = tried.length
    expect(before).toBeLessThanOrEqual(5)
    expect(consumer.status()).toMatchObject({ consuming: false, reason: 'database away' })
    await vi.waitUntil(() => asked >= 10, patience)
    expect(tried).toHaveLength(before)
    able = true
    await vi.waitUntil(() => handled.length === 20, patience)
    expect(new Set(handled.map(({ id }) => id)).size).toBe(20)
    expect(handled.every(({ attempts }) => attempts === 0)).toBe(true)
    await vi.waitUntil(() => consumer.status().consuming, patience)
    expect(await bus.deadLetters.count()).toBe(0)
  })

  test('duplicates: the same id twice arrives twice', async () => {
    const { seen } = collect()
    await bus.publish(sampleMessage())
    await bus.publish(sampleMessage())
    await vi.waitUntil(() => seen.length === 2, patience)
    expect(seen.map(({ id }) => id)).toEqual(['message-1', 'message-1'])
  })

  test('reordering: one that takes long is overtaken by those behind it, and done all the same', async () => {
    await publish(3)
    const finished: string[] = []
    const held = createHeld()
    consume(async (message) => {
      if (message.id === '0') await held.handle(message)
      finished.push(message.id)
      return done
    })
    await vi.waitUntil(() => finished.length === 2, patience)
    held.letGo()
    await vi.waitUntil(() => finished.length === 3, patience)
    expect(finished.at(-1)).toBe('0')
  })

  test.each<Verdict>([
    done,
    { verdict: 'retry', reason: 'late' },
    { verdict: 'park', reason: 'late' },
    { verdict: 'wait', reason: 'late' },
  ])(
    'link cut while handlers are slow: others get what they had, $verdict comes too late, and all goes on once it is back',
    async (late) => {
      const fragile = await trial.openFragile(options)
      await publish(4)
      const slow = createHeld()
      const handleLate: ConsumerNeeds['handle'] = async (message) => {
        await slow.handle(message)
        return message.id === 'later' ? done : late
      }
      const consumer = consume(handleLate, { prefetch: 4 }, fragile.bus)
      await vi.waitUntil(() => slow.begun.length === 4, patience)
      await fragile.cut()
      await vi.waitUntil(() => !consumer.status().consuming, patience)

      const held = createHeld()
      const attempts: number[] = []
      const again = async (message: ReceivedMessage): Promise<Verdict> => {
        await held.handle(message)
        attempts.push(message.attempts)
        return message.attempts === 0 ? { verdict: 'retry', reason: 'once more' } : done
      }
      const other = consume(again, { prefetch: 4 })
      await vi.waitUntil(() => held.begun.length === 4, patience)
      slow.letGo()
      await fragile.mend()
      await vi.waitUntil(() => consumer.status().consuming, patience)
      await bus.publish(sampleMessage({ id: 'later' }))
      await vi.waitUntil(() => slow.begun.includes('later'), patience)
      await consumer.close()

      // None of them has been taken away, or away from who has it now.
      held.letGo()
      await vi.waitUntil(() => attempts.length === 8, patience)
      await other.close()
      expect(attempts.toSorted()).toEqual([0, 0, 0, 0, 1, 1, 1, 1])
      expect(await bus.deadLetters.count()).toBe(0)
      expect(await trial.drain('user_info')).toEqual([])
    },
  )

  test('close: waits for what is under way and gives back what was not begun', async () => {
    await publish(6)
    const held = createHeld()
    const consumer = consume(held.handle, { prefetch: 2 })
    await vi.waitUntil(() => held.begun.length === 2, patience)
    let closed = false
    const closing = consumer.close().then(() => (closed = true))
    await bus.publish(sampleMessage({ id: 'late' }))
    expect(closed).toBe(false)
    expect(consumer.status()).toMatchObject({ consuming: false, reason: 'it is closed' })
    held.letGo()
    await closing
    expect(held.begun).toHaveLength(2)
    const { seen } = collect()
    await vi.waitUntil(() => seen.length === 5, patience)
    expect(seen.map(({ id }) => id)).toEqual(['2', '3', '4', '5', 'late'])
    expect(seen.every(({ attempts }) => attempts === 0)).toBe(true)
  })

  test('several consumers share the queue: each message goes to one of them', async () => {
    const other = await trial.open(options)
    const held = createHeld()
    consume(held.handle, { prefetch: 3 })
    consume(held.handle, { prefetch: 3 }, other)
    await publish(20)
    await vi.waitUntil(() => held.begun.length === 6, patience)
    held.letGo()
    await vi.waitUntil(() => held.begun.length === 20, patience)
    expect(new Set(held.begun).size).toBe(20)
  })

  test('no id, no body, a body that is no text: delivered, and may be parked', async () => {
    const bodies = ['', '\u0000\u0001\ufffd', '{"event_type":']
    for (const body of bodies) await trial.put('user_info', { id: '', body })
    const seen: ReceivedMessage[] = []
    consume(async (message) => {
      seen.push(message)
      return { verdict: 'park', reason: 'unreadable' }
    })
    await waitForLetters(3)
    expect(seen.map(({ body }) => body).toSorted()).toEqual(bodies.toSorted())
    expect(seen.every(({ id, attempts }) => id === '' && attempts === 0)).toBe(true)
    const { letters } = await bus.deadLetters.page({ limit: 10 })
    expect(new Set(letters.map(({ id }) => id)).size).toBe(3)
  })

  test('status: consuming, then closed since when', async () => {
    const { consumer } = collect()
    await vi.waitUntil(() => consumer.status().consuming, patience)
    const before = Date.now()
    await consumer.close()
    const status = consumer.status()
    expect(status).toEqual({ consuming: false, reason: 'it is closed', since: expect.any(Number) })
    expect('since' in status && status.since).toBeGreaterThanOrEqual(before)
  })
}
