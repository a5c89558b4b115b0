import { describeOn } from '../testing/engines.ts'
import type { ConfirmChannel } from 'amqplib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { PublishError } from './bus.ts'
import { sampleMessage } from './testing/bus-trial.ts'
import { createRabbitTrial, manage, type RabbitTrial } from './testing/rabbitmq-trial.ts'
import { topicMatches } from './topic-matches.ts'

const patience = { timeout: 10_000, interval: 20 }

describeOn('rabbitmq', 'message bus topology', (env) => {
  let trial: RabbitTrial
  let channel: ConfirmChannel
  beforeEach(async () => {
    trial = await createRabbitTrial({
      url: env.TEST_RABBITMQ_URL,
      managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL,
    })
    channel = await trial.channel()
  })
  afterEach(() => trial.end())

  const waitForMessage = (queue: string) => vi.waitUntil(() => trial.take(queue), patience)

  test('a published message is durable JSON', async () => {
    const bus = await trial.open()
    await bus.publish(sampleMessage())
    const { properties } = await waitForMessage('user_info')
    expect(properties).toMatchObject({ deliveryMode: 2, contentType: 'application/json' })
  })

  // Whoever changes an argument under an old name locks out every broker that has the queue already.
  test('queues have the arguments that they were first given', async () => {
    await trial.open()
    const safely = { 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish' }
    const back = { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'user_info', ...safely }
    expect(await trial.queueArguments()).toEqual({
      user_info: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': 'user_info.dlx', ...safely },
      'user_info.retry.1s': { 'x-queue-type': 'quorum', 'x-message-ttl': 1_000, ...back },
      'user_info.retry.10s': { 'x-queue-type': 'quorum', 'x-message-ttl': 10_000, ...back },
      'user_info.retry.60s': { 'x-queue-type': 'quorum', 'x-message-ttl': 60_000, ...back },
      'user_info.retry.600s': { 'x-queue-type': 'quorum', 'x-message-ttl': 600_000, ...back },
      'user_info.dlq': { 'x-queue-type': 'quorum', 'x-delivery-limit': 2_000_000_000 },
    })
  })

  test('a message that user_info rejects lands in user_info.dlq, whole', async () => {
    const bus = await trial.open()
    await bus.publish(sampleMessage({ headers: { 'x-aggregate-id': '123' } }))
    const delivered = await vi.waitUntil(() => channel.get('user_info'), patience)
    channel.reject(delivered, false)
    const dead = await waitForMessage('user_info.dlq')
    expect(dead.content).toEqual(delivered.content)
    expect(dead.properties).toMatchObject({ messageId: 'message-1', headers: { 'x-aggregate-id': '123' } })
    expect(await trial.drain('user_info')).toEqual([])
  })

  test('a message in a retry queue comes back to user_info after its delay', async () => {
    await trial.open()
    const content = Buffer.from('{"event_type":"Register"}')
    const published = performance.now()
    channel.publish('user_info.retry', 'user_info.retry.1s', content, {
      messageId: 'retried',
      mandatory: true,
    })
    await channel.waitForConfirms()
    const returned = await waitForMessage('user_info')
    expect(performance.now() - published).toBeGreaterThan(950)
    expect(returned.content).toEqual(content)
    expect(returned.properties.messageId).toBe('retried')
  })

  test('users.unrouted: whoever binds a queue there gets what would be refused, and the publisher a yes', async () => {
    const bus = await trial.open()
    const nowhere = sampleMessage({ routingKey: 'nobody.listens' })
    await expect(bus.publish(nowhere)).rejects.toMatchObject({ reason: 'unroutable' })
    await channel.assertQueue('kept_by_operations', { durable: true })
    await channel.bindQueue('kept_by_operations', 'users.unrouted', '')
    await bus.publish(nowhere)
    expect((await trial.drain('kept_by_operations')).map((stored) => stored.id)).toEqual(['message-1'])
  })

  test('a full queue refuses, and takes again what is sent once there is room', async () => {
    const bus = await trial.open()
    const vhost = new URL(trial.url()).pathname.slice(1)
    await manage(env.TEST_RABBITMQ_MANAGEMENT_URL, 'PUT', `policies/${vhost}/short`, {
      ...{ pattern: '^user_info$', 'apply-to': 'queues', definition: { 'max-length': 1 } },
    })
    let last = 'taken'
    const publish = async () => {
      const taken = bus.publish(sampleMessage()).then(() => 'taken')
      last = await taken.catch((error: PublishError) => error.reason)
    }
    // A policy and an emptied queue are noticed a little later.
    await vi.waitUntil(async () => publish().then(() => last !== 'taken'), patience)
    expect(last).toBe('refused')
    await trial.drain('user_info')
    await vi.waitUntil(async () => publish().then(() => last === 'taken'), patience)
  })

  test('an exchange deleted while in use is declared anew', async () => {
    const bus = await trial.open()
    await channel.deleteExchange('users.events')
    const error: unknown = await bus.publish(sampleMessage()).catch((thrown: unknown) => thrown)
    expect((error as PublishError).reason).toBe('unavailable')
    await vi.waitUntil(() => bus.readiness().ready, patience)
    await bus.publish(sampleMessage({ id: 'again' }))
    expect((await trial.drain('user_info')).map((stored) => stored.id)).toEqual(['again'])
  })

  test('topic matching of the embedded bus agrees with the broker', async () => {
    const patterns = ['account.*', '#', '*', 'a.#.b', '#.changed', '*.*', '', 'a.*.#', '#.#']
    const keys = ['', 'account', 'account.', '.', 'account.changed', 'a.b', 'a.x.b', 'a.x.y.b', 'a..b', 'b.a']
    await channel.assertExchange('trial', 'topic')
    for (const pattern of patterns) {
      await channel.assertQueue(`trial ${pattern}`, { arguments: { 'x-queue-type': 'classic' } })
      await channel.bindQueue(`trial ${pattern}`, 'trial', pattern)
    }
    for (const key of keys) channel.publish('trial', key, Buffer.from('{}'))
    await channel.waitForConfirms()
    for (const pattern of patterns) {
      const arrived = (await trial.drain(`trial ${pattern}`)).map((stored) => stored.routingKey)
      expect(arrived, pattern).toEqual(keys.filter((key) => topicMatches(pattern, key)))
    }
  })
})
