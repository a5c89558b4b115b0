import { randomUUID } from 'node:crypto'
import { type ChannelModel, type ConfirmChannel, connect, type GetMessage } from 'amqplib'
import { vi } from 'vitest'
import type { Bus } from '../bus.ts'
import { openBus } from '../open-bus.ts'
import { eventsExchange } from '../topology.ts'
import { type BusTrial, createLogCollector, type StoredMessage, type TrialOptions } from './bus-trial.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

interface RabbitUrls {
  url: string
  managementUrl: string
}

interface DeclaredQueue {
  name: string
  arguments: object
}

export interface RabbitTrial extends BusTrial {
  /** AMQP URL of the virtual host; `through` replaces the broker's port. */
  url(through?: number): string
  brokerPort: number
  /** A channel past the bus, for looking and meddling. */
  channel(): Promise<ConfirmChannel>
  take(queue: string): Promise<GetMessage | false>
  /** Name and arguments of every queue. */
  queueArguments(): Promise<Record<string, object>>
}

/** A virtual host of its own: the names of exchanges and queues are fixed. */
export const createRabbitTrial = async ({ url, managementUrl }: RabbitUrls): Promise<RabbitTrial> => {
  const vhost = `test-${randomUUID()}`
  await createVhost(managementUrl, vhost)
  const target = new URL(url)
  const urlThrough = (port = Number(target.port)) => {
    const through = new URL(url)
    through.port = String(port)
    through.pathname = `/${vhost}`
    return through.href
  }

  const buses: Bus[] = []
  const proxies: TcpProxy[] = []
  const openAt = async (rabbitmqUrl: string, options: TrialOptions = {}) => {
    const bus = await openBus({
      ...{ rabbitmqUrl, busFile: 'unused', appId: 'test-service' },
      ...{ logger: createLogCollector().logger, retryDelayMilliseconds: 50 },
      ...options,
    })
    buses.push(bus)
    await vi.waitUntil(() => bus.readiness().ready, { timeout: 10_000, interval: 10 })
    return bus
  }
  let connection: Promise<ChannelModel> | undefined
  const channel = async () => {
    connection ??= connect(urlThrough(), { noDelay: true })
    const opened = await (await connection).createConfirmChannel()
    opened.on('error', () => {})
    return opened
  }
  const take = async (queue: string) => {
    const own = await channel()
    const message = await own.get(queue, { noAck: true })
    await own.close()
    return message
  }

  return {
    url: urlThrough,
    brokerPort: Number(target.port),
    channel,
    take,
    queueArguments: async () => {
      const queues = JSON.parse(await manage(managementUrl, 'GET', `queues/${vhost}`)) as DeclaredQueue[]
      return Object.fromEntries(queues.map(({ name, arguments: declared }) => [name, declared]))
    },
    open: async (options) => openAt(urlThrough(), options),
    openFragile: async (options) => {
      const proxy = await startTcpProxy(Number(target.port))
      proxies.push(proxy)
      const bus = await openAt(urlThrough(proxy.port), options)
      return { bus, cut: proxy.refuse, mend: proxy.accept }
    },
    drain: async (queue) => {
      const own = await channel()
      const stored: StoredMessage[] = []
      for (let message = await own.get(queue, { noAck: true }); message;) {
        stored.push(asStored(message))
        message = await own.get(queue, { noAck: true })
      }
      await own.close()
      return stored
    },
    put: async (queue, { id, body }) => {
      const own = await channel()
      own.sendToQueue(queue, Buffer.from(body), id === '' ? {} : { messageId: id })
      await own.waitForConfirms()
      await own.close()
    },
    bindQueue: async (queue, pattern) => {
      const own = await channel()
      await own.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } })
      await own.bindQueue(queue, eventsExchange, pattern)
      await own.close()
    },
    end: async () => {
      await Promise.all(buses.map((bus) => bus.close()))
      await Promise.all(proxies.map((proxy) => proxy.close()))
      await (await connection)?.close()
      await deleteVhost(managementUrl, vhost)
    },
  }
}

const asStored = ({ properties, fields, content }: GetMessage): StoredMessage => ({
  id: properties.messageId,
  type: properties.type,
  routingKey: fields.routingKey,
  appId: properties.appId,
  correlationId: properties.correlationId,
  timestampSeconds: properties.timestamp,
  headers: withoutDeliveryCount(properties.headers),
  body: content.toString(),
})

// RabbitMQ 3.10 adds it to what is taken from a quorum queue, 4.x does not.
const withoutDeliveryCount = (headers: object = {}) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'x-delivery-count'))

export const createVhost = async (managementUrl: string, vhost: string) => {
  const { username } = new URL(managementUrl)
  const everything = { configure: '.*', write: '.*', read: '.*' }
  await manage(managementUrl, 'PUT', `vhosts/${vhost}`)
  await manage(managementUrl, 'PUT', `permissions/${vhost}/${username}`, everything)
}

export const deleteVhost = async (managementUrl: string, vhost: string) => {
  await manage(managementUrl, 'DELETE', `vhosts/${vhost}`)
}

export const manage = async (managementUrl: string, method: string, path: string, body?: object) => {
  const { origin, username, password } = new URL(managementUrl)
  const response = await fetch(`${origin}/api/${path}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    signal: AbortSignal.timeout(10_000),
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!response.ok) throw new Error(`${method} ${path}: RabbitMQ's management answered ${response.status}`)
  return response.text()
}
