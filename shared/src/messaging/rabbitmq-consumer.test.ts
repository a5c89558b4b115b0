import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { describeOn } from '../testing/engines.ts'
import type { Bus, Consumer, ReceivedMessage, Verdict } from './bus.ts'
import { openBus } from './open-bus.ts'
import { createLogCollector, sampleMessage } from './testing/bus-trial.ts'
import { createRabbitTrial, manage, type RabbitTrial } from './testing/rabbitmq-trial.ts'
import { startTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts'

const patience = { timeout: 15_000, interval: 10 }
const done: Verdict = { verdict: 'done' }
const shortDelays = [20].map((milliseconds) => ({
  queue: `user_info.retry.${milliseconds}ms`,
  milliseconds,
}))

describeOn('rabbitmq', 'consumer in trouble', (env) => {
  let trial: RabbitTrial
  let proxy: TcpProxy
  let publisher: Bus
  let bus: Bus
  beforeEach(async () => {
    const { TEST_RABBITMQ_URL: url, TEST_RABBITMQ_MANAGEMENT_URL: managementUrl } = env
    trial = await createRabbitTrial({ url, managementUrl })
    proxy = await startTcpProxy(trial.brokerPort)
    publisher = await trial.open({ retryDelays: shortDelays })
    bus = await openBus({
      ...{ rabbitmqUrl: trial.url(proxy.port), busFile: 'unused', appId: 'test-service' },
      ...{ logger: createLogCollector().logger, retryDelayMilliseconds: 50, isAbleMilliseconds: 20 },
      ...{ retryDelays: shortDelays, publishTimeoutMilliseconds: 300 },
    })
  })
  afterEach(async () => {
    await bus.close()
    await proxy.close()
    await trial.end()
  })

  const publish = async (count: number) => {
    const ids = Array.from({ length: count }, (_, index) => `message-${index}`)
    await Promise.all(ids.map(async (id) => publisher.publish(sampleMessage({ id }))))
    return ids
  }
  const consume = (handle: (message: ReceivedMessage) => Promise<Verdict>, prefetch = 4): Consumer =>
    bus.consume({ prefetch, handle, isAble: async () => true })
  const waitUntilConsuming = async (consumer: Consumer) =>
    vi.waitUntil(() => consumer.status().consuming, patience)
  const queueIsEmpty = async () =>
    vi.waitUntil(async () => (await trial.take('user_info')) === false && bus.readiness().ready, patience)

  test('queue deleted while it is read: says so, declares it again, and goes on', async () => {
    const seen: string[] = []
    const consumer = consume(async ({ id }) => {
      seen.push(id)
      return done
    })
    await waitUntilConsuming(consumer)
    const reasons = new Set<string>()
    const watch = setInterval(() => {
      const status = consumer.status()
      if (!status.consuming) reasons.add(status.reason)
    }, 1)
    const vhost = new URL(trial.url()).pathname.slice(1)
    await manage(env.TEST_RABBITMQ_MANAGEMENT_URL, 'DELETE', `queues/${vhost}/user_info`)
    await vi.waitUntil(
      () => [...reasons].some((reason) => reason.includes('user_info was deleted')),
      patience,
    )
    clearInterval(watch)
    await waitUntilConsuming(consumer)
    const ids = await publish(3)
    await vi.waitUntil(() => seen.length === 3, patience)
    expect(seen.toSorted()).toEqual(ids)
  })

  test.each(['retry', 'park'] as const)(
    '%s of which the confirmation is lost: the message comes again, and none is gone',
    async (verdict) => {
      const ids = await publish(3)
      const tries = new Map(ids.map((id) => [id, 0]))
      const held: (() => void)[] = []
      const consumer = consume(async ({ id }) => {
        tries.set(id, (tries.get(id) ?? 0) + 1)
        if (tries.get(id) !== 1) return done
        await new Promise<void>((letGo) => held.push(letGo))
        return { verdict, reason: 'a test' }
      })
      await vi.waitUntil(() => held.length === ids.length, patience)
      proxy.answers('lost')
      for (const letGo of held) letGo()
      const parked = verdict === 'park' ? 3 : 0
      await vi.waitUntil(async () => (await publisher.deadLetters.count()) === parked, patience)
      proxy.cut()
      proxy.answers('passed')
      await vi.waitUntil(() => [...tries.values()].every((count) => count >= 2), patience)
      await consumer.close()
      await queueIsEmpty()
      expect(await publisher.deadLetters.count()).toBe(parked)
    },
  )
})
