import { afterEach, beforeEach, expect, test } from 'vitest'
import { type BusMessage, PublishError } from './bus.ts'
import { type BusTrial, sampleMessage } from './testing/bus-trial.ts'

/** What every transport guarantees to whoever publishes. */
export const testBusContract = (createTrial: () => Promise<BusTrial>) => {
  let trial: BusTrial
  beforeEach(async () => {
    trial = await createTrial()
  })
  afterEach(() => trial.end())

  const failureOf = async (publishing: Promise<void>) => {
    const error = await publishing.catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PublishError)
    return (error as PublishError).reason
  }

  test('publish: the message is in the queue by the time the promise resolves', async () => {
    const bus = await trial.open()
    for (const id of ['first', 'second', 'third']) {
      await bus.publish(sampleMessage({ id }))
      expect((await trial.drain('user_info')).map((stored) => stored.id)).toEqual([id])
    }
  })

  test('publish: the body arrives unchanged, whatever the script', async () => {
    const bus = await trial.open()
    const body = {
      display_name: 'Анна Мария 愛 🙂 e\u0301',
      lone_surrogate: '\ud800',
      nested: [{ empty: '', quote: '"\\\n\u0000\u2028' }, null, -0.1, 2 ** 53 - 1],
    }
    await bus.publish(sampleMessage({ body }))
    const [stored] = await trial.drain('user_info')
    expect(JSON.parse(stored?.body ?? '')).toEqual(body)
    expect(stored?.body).toBe(JSON.stringify(body))
  })

  test('publish: metadata travels beside the body, a correlation id among it', async () => {
    const bus = await trial.open({ appId: 'auth-service', now: () => 1_700_000_000_999 })
    const headers = { 'x-aggregate-id': '123', 'x-aggregate-version': 7, 'x-replayed': false }
    await bus.publish(sampleMessage({ headers, correlationId: 'request-1' }))
    expect(await trial.drain('user_info')).toEqual([
      {
        id: 'message-1',
        type: 'Register',
        routingKey: 'account.registered',
        appId: 'auth-service',
        correlationId: 'request-1',
        timestampSeconds: 1_700_000_000,
        headers,
        body: '{"event_type":"Register","auth_id":123,"display_name":"John Doe"}',
      },
    ])
  })

  test('publish: what was not caused by a request has no correlation id', async () => {
    const bus = await trial.open()
    await bus.publish(sampleMessage())
    const correlationIds = (await trial.drain('user_info')).map((stored) => stored.correlationId)
    expect(correlationIds).toEqual([undefined])
  })

  test('publish: what nobody is bound to is refused as unroutable, and what follows still arrives', async () => {
    const bus = await trial.open()
    const routingKeys = ['nobody.listens', 'account', 'account.role.changed', 'ACCOUNT.registered']
    const refused = routingKeys.map((routingKey) => failureOf(bus.publish(sampleMessage({ routingKey }))))
    expect(await Promise.all(refused)).toEqual(routingKeys.map(() => 'unroutable'))
    await bus.publish(sampleMessage({ id: 'routable' }))
    expect((await trial.drain('user_info')).map((stored) => stored.id)).toEqual(['routable'])
  })

  test('publish: every bound queue gets a copy of its own, however many of its patterns match', async () => {
    const bus = await trial.open()
    await trial.bindQueue('another_consumer', '#')
    await trial.bindQueue('another_consumer', 'account.*')
    await trial.bindQueue('another_consumer_too', 'account.#')
    await trial.bindQueue('not_this_one', '*.deactivated')
    await bus.publish(sampleMessage())
    await bus.publish(sampleMessage({ id: 'elsewhere', routingKey: 'billing.paid' }))
    const idsIn = async (queue: string) => (await trial.drain(queue)).map((stored) => stored.id)
    expect(await idsIn('user_info')).toEqual(['message-1'])
    expect(await idsIn('another_consumer')).toEqual(['message-1', 'elsewhere'])
    expect(await idsIn('another_consumer_too')).toEqual(['message-1'])
    expect(await idsIn('not_this_one')).toEqual([])
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['itself'] = cyclic
  const invalid: Record<string, Partial<BusMessage>> = {
    'a body that is not JSON': { body: cyclic },
    'a body over 1 MiB': { body: { text: 'ж'.repeat(524_288) } },
    'a name over 255 bytes': { id: 'ж'.repeat(128) },
    'headers over 16 kB': { headers: { long: 'x'.repeat(16_384) } },
    'a header name over 255 bytes': { headers: { ['x'.repeat(256)]: 1 } },
  }
  test('publish: what no broker could carry is refused as invalid, and what follows still arrives', async () => {
    const bus = await trial.open()
    for (const [what, changes] of Object.entries(invalid)) {
      expect(await failureOf(bus.publish(sampleMessage(changes))), what).toBe('invalid')
    }
    const largest = sampleMessage({ id: 'ж'.repeat(127), body: { text: 'x'.repeat(1_048_565) } })
    await bus.publish(largest)
    expect((await trial.drain('user_info')).map((stored) => stored.body.length)).toEqual([1_048_576])
  })

  test('publish: 1,000 at once all arrive, each exactly once', async () => {
    const bus = await trial.open({ inFlightLimit: 20 })
    const ids = Array.from({ length: 1_000 }, (_, index) => `message-${index}`)
    await Promise.all(ids.map((id) => bus.publish(sampleMessage({ id, body: { id } }))))
    const stored = await trial.drain('user_info')
    expect(stored.map((message) => message.id)).toEqual(ids)
    expect(stored.every(({ id, body }) => body === JSON.stringify({ id }))).toBe(true)
  })

  test('publish: the line of those who wait is bounded; who finds it full is told at once', async () => {
    const bus = await trial.open({ inFlightLimit: 1, waitingLimit: 10 })
    const publishing = Array.from({ length: 30 }, (_, index) =>
      bus.publish(sampleMessage({ id: `${index}` })),
    )
    const refused = (await Promise.allSettled(publishing)).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(19)
    expect(refused).toEqual(refused.map(() => ({ status: 'rejected', reason: expect.any(PublishError) })))
    expect(await trial.drain('user_info')).toHaveLength(11)
  })

  test('open: several at once on the same broker or file never get in each other’s way', async () => {
    const buses = await Promise.all(Array.from({ length: 5 }, () => trial.open()))
    expect(buses.map((bus) => bus.readiness())).toEqual(buses.map(() => ({ ready: true })))
    const ids = Array.from({ length: 100 }, (_, index) => `message-${index}`)
    await Promise.all(ids.map(async (id, index) => buses[index % 5]?.publish(sampleMessage({ id }))))
    const again = await trial.open()
    await again.publish(sampleMessage({ id: 'last' }))
    const stored = (await trial.drain('user_info')).map((message) => message.id)
    expect(stored.toSorted()).toEqual([...ids, 'last'].toSorted())
  })

  test('close: waits for what is under way, then takes nothing more and is not ready', async () => {
    const bus = await trial.open({ inFlightLimit: 5 })
    const publishing = Array.from({ length: 50 }, (_, index) =>
      bus.publish(sampleMessage({ id: `${index}` })),
    )
    let settled = 0
    for (const one of publishing) void one.then(() => (settled += 1))
    await Promise.all([bus.close(), bus.close()])
    expect(settled).toBe(50)
    expect(await failureOf(bus.publish(sampleMessage()))).toBe('unavailable')
    expect(bus.readiness()).toEqual({ ready: false, reason: 'the message bus is closed' })
    expect(await trial.drain('user_info')).toHaveLength(50)
  })
}
