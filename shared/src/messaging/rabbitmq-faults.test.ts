import { describeOn } from '../testing/engines.ts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Bus, PublishError } from './bus.ts'
import { openBus } from './open-bus.ts'
import { createLogCollector, sampleMessage } from './testing/bus-trial.ts'
import { createRabbitTrial, type RabbitTrial } from './testing/rabbitmq-trial.ts'
import { startTcpProxy, type TcpProxy } from './testing/tcp-proxy.ts'

const patience = { timeout: 10_000, interval: 10 }

describeOn('rabbitmq', 'message bus in trouble', (env) => {
  let trial: RabbitTrial
  let proxy: TcpProxy
  let log: ReturnType<typeof createLogCollector>
  let bus: Bus | undefined
  beforeEach(async () => {
    trial = await createRabbitTrial({
      url: env.TEST_RABBITMQ_URL,
      managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL,
    })
    proxy = await startTcpProxy(trial.brokerPort)
    log = createLogCollector()
  })
  afterEach(async () => {
    await bus?.close()
    await proxy.close()
    await trial.end()
  })

  const open = async (options: Partial<Parameters<typeof openBus>[0]> = {}) => {
    bus = await openBus({
      ...{ rabbitmqUrl: trial.url(proxy.port), busFile: 'unused', appId: 'test-service' },
      ...{ logger: log.logger, retryDelayMilliseconds: 50, ...options },
    })
    return bus
  }
  const waitUntilReady = () => vi.waitUntil(() => bus?.readiness().ready, patience)
  const waitForReason = (pattern: RegExp) =>
    vi.waitFor(
      () => expect(bus?.readiness()).toEqual({ ready: false, reason: expect.stringMatching(pattern) }),
      {
        timeout: 10_000,
        interval: 10,
      },
    )
  const failureOf = (publishing: Promise<void>) =>
    publishing.then(
      () => 'published',
      (error: PublishError) => error.reason,
    )
  const idsIn = async (queue: string) => (await trial.drain(queue)).map((stored) => stored.id)

  test('away at the start: not ready and says why, refuses at once, and recovers when the broker is there', async () => {
    await proxy.refuse()
    await open()
    await waitForReason(
      new RegExp(`^RabbitMQ at 127.0.0.1:${proxy.port} cannot be reached \\(ECONNREFUSED\\)$`),
    )
    expect(await failureOf(bus!.publish(sampleMessage()))).toBe('unavailable')
    await proxy.accept()
    await waitUntilReady()
    await bus!.publish(sampleMessage({ id: 'afterwards' }))
    expect(await idsIn('user_info')).toEqual(['afterwards'])
  })

  test('connection cut while a confirmation is awaited: rejects, recovers, and sends nothing by itself', async () => {
    await open()
    await waitUntilReady()
    proxy.answers('held')
    const publishing = failureOf(bus!.publish(sampleMessage({ id: 'in flight' })))
    await vi.waitUntil(async () => (await idsIn('user_info')).includes('in flight'), patience)
    proxy.answers('lost')
    proxy.cut()
    expect(await publishing).toBe('unavailable')
    proxy.answers('passed')
    await waitUntilReady()
    await bus!.publish(sampleMessage({ id: 'afterwards' }))
    expect(await idsIn('user_info')).toEqual(['afterwards'])
  })

  test('confirmations lost: times out, is not ready, and recovers with the next connection', async () => {
    await open({ publishTimeoutMilliseconds: 1_000 })
    await waitUntilReady()
    proxy.answers('lost')
    expect(await failureOf(bus!.publish(sampleMessage()))).toBe('timeout')
    await waitForReason(/^RabbitMQ has left 1 messages unconfirmed/)
    proxy.answers('passed')
    proxy.cut()
    await waitForReason(/closed the connection/)
    await waitUntilReady()
    await bus!.publish(sampleMessage({ id: 'afterwards' }))
  })

  test('a silent broker gets no more messages than may be in flight, however many are published', async () => {
    await open({ publishTimeoutMilliseconds: 1_000, inFlightLimit: 10 })
    await waitUntilReady()
    proxy.answers('held')
    const ids = Array.from({ length: 1_000 }, (_, index) => `message-${index}`)
    const outcomes = await Promise.all(ids.map((id) => failureOf(bus!.publish(sampleMessage({ id })))))
    expect(new Set(outcomes)).toEqual(new Set(['timeout']))
    proxy.answers('passed')
    await waitUntilReady()
    await bus!.publish(sampleMessage({ id: 'last' }))
    expect(await idsIn('user_info')).toEqual([...ids.slice(0, 10), 'last'])
  })

  test('a broker that accepts connections and says nothing: not ready, and close does not hang', async () => {
    proxy.answers('held')
    await open({ connectTimeoutMilliseconds: 100, closeTimeoutMilliseconds: 300 })
    await waitForReason(/cannot be reached \(no answer in time\)$/)
    await bus!.close()
    expect(bus!.readiness()).toEqual({ ready: false, reason: 'the message bus is closed' })
  })

  test('a broker that falls silent later is noticed by its heartbeat, and close does not hang', async () => {
    await open({ heartbeatSeconds: 1, connectTimeoutMilliseconds: 100, closeTimeoutMilliseconds: 300 })
    await waitUntilReady()
    proxy.answers('held')
    await waitForReason(/no heartbeat|no answer in time/)
    await bus!.close()
    expect(bus!.readiness()).toEqual({ ready: false, reason: 'the message bus is closed' })
  })

  test('a broker that does not answer the goodbye: close waits for it no longer than it may', async () => {
    await open({ heartbeatSeconds: 600, closeTimeoutMilliseconds: 200 })
    await waitUntilReady()
    proxy.answers('held')
    await bus!.close()
    expect(log.lines.at(-1)).toContain('did not answer the goodbye in time')
  })

  test('a broker that stops answering while the topology is declared is left and tried again', async () => {
    const channel = await trial.channel()
    await channel.assertQueue('user_info', { durable: true })
    await open({ heartbeatSeconds: 600, connectTimeoutMilliseconds: 100, declareTimeoutMilliseconds: 200 })
    await waitForReason(/declared otherwise/)
    proxy.answers('held')
    await waitForReason(/no answer in time/)
    await channel.deleteQueue('user_info')
    proxy.answers('passed')
    await waitUntilReady()
    expect(await failureOf(bus!.publish(sampleMessage()))).toBe('published')
  })

  test('publishers blocked by an alarm: not ready and refuses at once, until the alarm is over', async () => {
    await open()
    await waitUntilReady()
    const reason = Buffer.from('low on memory')
    proxy.say(connectionMethod(60, Buffer.from([reason.length, ...reason])))
    await waitForReason(/blocks publishers: it is short of memory or disk$/)
    expect(await failureOf(bus!.publish(sampleMessage()))).toBe('unavailable')
    proxy.say(connectionMethod(61, Buffer.alloc(0)))
    await waitUntilReady()
    await bus!.publish(sampleMessage({ id: 'afterwards' }))
    expect(await idsIn('user_info')).toEqual(['afterwards'])
  })

  test('queue declared otherwise: named once, left as it is; recovers when it is gone', async () => {
    const channel = await trial.channel()
    await channel.assertQueue('user_info', { durable: true, arguments: { 'x-queue-type': 'classic' } })
    channel.sendToQueue('user_info', Buffer.from('"of somebody else"'))
    await channel.waitForConfirms()

    await open()
    await waitForReason(
      /^queue user_info exists already and is declared otherwise \(x-[a-z-]+\); .*delete it/,
    )
    const sentBytes = proxy.sentBytes()
    await vi.waitUntil(() => proxy.sentBytes() > sentBytes + 2_000, patience)
    expect(await failureOf(bus!.publish(sampleMessage()))).toBe('unavailable')
    expect((await trial.drain('user_info')).map((stored) => stored.body)).toEqual(['"of somebody else"'])
    expect(log.lines.filter((line) => line.includes('declared otherwise'))).toHaveLength(1)

    await channel.deleteQueue('user_info')
    await waitUntilReady()
    await bus!.publish(sampleMessage())
    expect(await idsIn('user_info')).toEqual(['message-1'])
  })

  test('credentials appear in no log line and in no reason', async () => {
    const url = new URL(trial.url(proxy.port))
    url.username = 'account-of-ours'
    url.password = 'pa55-of-ours'
    const reasons: string[] = []
    const remember = async (pattern: RegExp) => {
      await waitForReason(pattern)
      const readiness = bus!.readiness()
      reasons.push(readiness.ready ? '' : readiness.reason)
    }
    await open({ rabbitmqUrl: url.href })
    await remember(/refused the user name or the password$/)
    await proxy.refuse()
    await remember(/ECONNREFUSED/)
    await bus!.close()
    await open({ rabbitmqUrl: 'amqp://account-of-ours:pa55-of-ours@:70000' })
    await remember(/cannot be reached/)
    expect(log.lines).toHaveLength(3)
    expect([...log.lines, ...reasons].join('\n')).not.toMatch(/account-of-ours|pa55-of-ours/)
  })
})

/** A frame of AMQP 0-9-1 with a method of class `connection`: 60 is blocked, 61 is unblocked. */
const connectionMethod = (method: number, methodArguments: Buffer) => {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 4 + methodArguments.length, 0, 10, 0, method])
  return Buffer.concat([header, methodArguments, Buffer.from([0xce])])
}
