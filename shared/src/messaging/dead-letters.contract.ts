import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bus, ReceivedMessage, Verdict } from './bus.ts'
import { type BusTrial, sampleMessage } from './testing/bus-trial.ts'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/
const patience = { timeout: 20_000, interval: 10 }

/** What every transport guarantees to those who look after what could not be handled. */
export const testDeadLettersContract = (createTrial: () => Promise<BusTrial>) => {
  let trial: BusTrial
  let bus: Bus
  beforeEach(async () => {
    trial = await createTrial()
    bus = await trial.open()
  })
  afterEach(() => trial.end())

  const consume = (verdictOn: (message: ReceivedMessage) => Verdict) =>
    bus.consume({
      prefetch: 20,
      handle: async (message) => verdictOn(message),
      isAble: async () => true,
    })

  const waitForCount = (count: number) =>
    vi.waitUntil(async () => (await bus.deadLetters.count()) === count, patience)

  /** What is in the queue, and is put there, becomes `count` letters. */
  const park = async (count: number, put: () => Promise<unknown>, reason = 'poison') => {
    const consumer = consume(() => ({ verdict: 'park', reason }))
    await put()
    await waitForCount(count)
    await consumer.close()
  }

  const publish = async (...ids: string[]) => {
    for (const id of ids) await bus.publish(sampleMessage({ id, body: { id } }))
  }

  const idsOf = (letters: readonly { id: string }[]) => letters.map(({ id }) => id)

  const allPages = async (limit: number) => {
    const pages: string[][] = []
    for (let more = true, after: string | undefined; more && pages.length < 100;) {
      const page = await bus.deadLetters.page({ limit, after })
      pages.push(idsOf(page.letters))
      more = page.more
      after = page.letters.at(-1)?.id
    }
    return pages
  }

  test('dead letters: none, and none by any id', async () => {
    expect(await bus.deadLetters.page({ limit: 10 })).toEqual({ letters: [], more: false })
    expect(await bus.deadLetters.count()).toBe(0)
    expect(await bus.deadLetters.find('unknown')).toBeNull()
    expect(await bus.deadLetters.replay('unknown')).toBe(false)
    expect(await bus.deadLetters.discard('unknown')).toBe(false)
  })

  test('dead letters: shown with all that came with the message, the reason and the time', async () => {
    const headers = { 'x-aggregate-id': '123', 'x-aggregate-version': 7 }
    const before = Date.now()
    await park(
      1,
      () => bus.publish(sampleMessage({ headers, correlationId: 'request-1' })),
      'Why? Потому что',
    )
    const letter = await bus.deadLetters.find('message-1')
    expect(letter).toEqual({
      id: 'message-1',
      type: 'Register',
      routingKey: 'account.registered',
      appId: 'test-service',
      correlationId: 'request-1',
      timestampSeconds: expect.any(Number),
      headers: expect.objectContaining(headers),
      body: '{"event_type":"Register","auth_id":123,"display_name":"John Doe"}',
      attempts: 0,
      reason: 'Why? Потому что',
      parkedAt: expect.any(Date),
    })
    expect(letter?.parkedAt?.getTime()).toBeGreaterThanOrEqual(before)
    expect(letter?.parkedAt?.getTime()).toBeLessThanOrEqual(Date.now())
    expect(await bus.deadLetters.page({ limit: 1 })).toEqual({ letters: [letter], more: false })
  })

  test('dead letters: paged oldest first; looking changes nothing', async () => {
    await park(3, () => publish('one', 'two', 'three'))
    for (let round = 0; round < 3; round += 1) {
      expect(await allPages(2)).toEqual([['one', 'two'], ['three']])
      expect(await allPages(3)).toEqual([['one', 'two', 'three']])
      const after = await bus.deadLetters.page({ limit: 1, after: 'one' })
      expect({ ...after, letters: idsOf(after.letters) }).toEqual({ letters: ['two'], more: true })
      expect((await bus.deadLetters.find('three'))?.body).toBe('{"id":"three"}')
      expect(await bus.deadLetters.page({ limit: 5, after: 'three' })).toEqual({ letters: [], more: false })
    }
    expect(await bus.deadLetters.count()).toBe(3)
  })

  test('dead letters: after one that is gone meanwhile comes the oldest there is', async () => {
    await park(3, () => publish('one', 'two', 'three'))
    expect(await bus.deadLetters.discard('two')).toBe(true)
    const { letters } = await bus.deadLetters.page({ limit: 5, after: 'two' })
    expect(idsOf(letters)).toEqual(['one', 'three'])
  })

  test('dead letters: paging through 250 visits each once', async () => {
    const ids = Array.from({ length: 250 }, (_, index) => `message-${index}`)
    await park(250, () => Promise.all(ids.map((id) => publish(id))))
    const pages = await allPages(100)
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50])
    expect(pages.flat().toSorted()).toEqual(ids.toSorted())
    expect(await bus.deadLetters.count()).toBe(250)
  }, 60_000)

  test('dead letters: a body that is not JSON is shown as it is; who has no id gets one that stays', async () => {
    await park(1, () => trial.put('user_info', { id: '', body: '{"event_type": …not JSON' }))
    const [letter] = (await bus.deadLetters.page({ limit: 1 })).letters
    expect(letter).toMatchObject({ id: expect.stringMatching(uuid), body: '{"event_type": …not JSON' })
    const id = letter?.id ?? ''
    expect(await bus.deadLetters.find(id)).toEqual(letter)
    expect(await bus.deadLetters.replay(id)).toBe(true)
    await park(1, async () => {})
    expect((await bus.deadLetters.find(id))?.body).toBe('{"event_type": …not JSON')
  })

  test('discard: that letter is gone for good, the others stay', async () => {
    await park(3, () => publish('one', 'two', 'three'))
    expect(await bus.deadLetters.discard('two')).toBe(true)
    expect(await bus.deadLetters.discard('two')).toBe(false)
    expect(await bus.deadLetters.replay('two')).toBe(false)
    expect(await bus.deadLetters.find('two')).toBeNull()
    expect(await allPages(10)).toEqual([['one', 'three']])
    expect(await trial.drain('user_info')).toEqual([])
  })

  test('replay: handled again as it came, with its id and no attempts', async () => {
    const headers = { 'x-aggregate-id': '123', 'x-aggregate-version': 7 }
    const seen: ReceivedMessage[] = []
    const failing = consume((message) => {
      seen.push(message)
      return message.attempts === 0
        ? { verdict: 'retry', reason: 'again' }
        : { verdict: 'park', reason: 'enough' }
    })
    await bus.publish(sampleMessage({ headers, correlationId: 'request-1' }))
    await waitForCount(1)
    await failing.close()
    expect(seen.map(({ attempts }) => attempts)).toEqual([0, 1])
    expect(await bus.deadLetters.find('message-1')).toMatchObject({ attempts: 1, reason: 'enough' })

    expect(await bus.deadLetters.replay('message-1')).toBe(true)
    expect(await bus.deadLetters.count()).toBe(0)
    expect(await bus.deadLetters.find('message-1')).toBeNull()
    expect(await bus.deadLetters.replay('message-1')).toBe(false)
    const again: ReceivedMessage[] = []
    const healed = consume((message) => {
      again.push(message)
      return { verdict: 'done' }
    })
    await vi.waitUntil(() => again.length > 0, patience)
    await healed.close()
    // What is left of its routing key is up to the transport: nothing goes by it once it is in the queue.
    expect(again).toEqual([{ ...seen[0], routingKey: expect.any(String) }])
    expect(Object.keys(again[0]?.headers ?? {}).filter((name) => name.startsWith('x-parked'))).toEqual([])
  })

  test('replay: reaches a consumer that runs, and may be parked again', async () => {
    const handled: string[] = []
    let verdict: Verdict = { verdict: 'park', reason: 'first' }
    const consumer = consume(({ id }) => {
      handled.push(id)
      return verdict
    })
    await publish('one', 'two')
    await waitForCount(2)
    verdict = { verdict: 'park', reason: 'second' }
    expect(await bus.deadLetters.replay('one')).toBe(true)
    await vi.waitUntil(async () => (await bus.deadLetters.find('one'))?.reason === 'second', patience)
    expect(await allPages(10)).toEqual([['two', 'one']])
    verdict = { verdict: 'done' }
    for (const id of ['one', 'two']) expect(await bus.deadLetters.replay(id)).toBe(true)
    await vi.waitUntil(() => handled.length === 5, patience)
    await consumer.close()
    expect(handled.slice(3).toSorted()).toEqual(['one', 'two'])
    expect(await bus.deadLetters.count()).toBe(0)
    expect(await trial.drain('user_info')).toEqual([])
  })

  test('replays and discards at once: each letter meets its own fate, none is lost', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `message-${index}`)
    await park(20, () => publish(...ids))
    const fates = ids.map((id, index) =>
      index % 2 === 0 ? bus.deadLetters.replay(id) : bus.deadLetters.discard(id),
    )
    expect(await Promise.all(fates)).toEqual(ids.map(() => true))
    expect(await bus.deadLetters.count()).toBe(0)
    const back = (await trial.drain('user_info')).map(({ id }) => id)
    expect(back.toSorted()).toEqual(ids.filter((_, index) => index % 2 === 0).toSorted())
  })

  test('closed: a ServiceError, not silence', async () => {
    await bus.close()
    const failed = { name: 'ServiceError', code: 'unavailable' }
    await expect(bus.deadLetters.count()).rejects.toMatchObject(failed)
    await expect(bus.deadLetters.replay('message-1')).rejects.toMatchObject(failed)
  })
}
