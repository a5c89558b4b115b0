import type { ConfirmChannel, Message } from 'amqplib'
import type { Logger } from '../logging/logger.ts'
import { type Bus, type Consumer, PublishError } from './bus.ts'
import type { EncodedMessage } from './encode-message.ts'
import { type Attempt, createPublishing, type PublishLimits } from './publishing.ts'
import type { RabbitTimings } from './rabbitmq-connection.ts'
import { createRabbitConsumer } from './rabbitmq-consumer.ts'
import { createRabbitDeadLetters } from './rabbitmq-dead-letters.ts'
import { openRabbitLink } from './rabbitmq-link.ts'
import { eventsExchange, type RetryDelay } from './topology.ts'

interface RabbitBusNeeds extends PublishLimits, RabbitTimings {
  url: string
  appId: string
  logger: Logger
  now: () => number
  isAbleMilliseconds: number
  retryDelays: readonly RetryDelay[]
}

interface Unconfirmed {
  message: EncodedMessage
  attempt: Attempt
  returned: boolean
}

export const openRabbitBus = (needs: RabbitBusNeeds): Bus => {
  const unconfirmed = new Set<Unconfirmed>()

  // The broker hands an unroutable message back first and confirms it then.
  const onReturn = ({ properties, fields }: Message) => {
    for (const entry of unconfirmed) {
      const { id, routingKey } = entry.message
      if (entry.returned || id !== properties.messageId || routingKey !== fields.routingKey) continue
      entry.returned = true
      return
    }
  }

  const address = URL.canParse(needs.url) ? new URL(needs.url).host : 'an unreadable address'
  const link = openRabbitLink({
    ...needs,
    address,
    onChannel: (channel) => channel.on('return', onReturn),
  })

  const usableChannel = (): ConfirmChannel => {
    const status = link.status()
    if (!status.ready) throw new PublishError('unavailable', status.reason)
    return status.channel
  }

  const send = (message: EncodedMessage, attempt: Attempt) =>
    new Promise<void>((resolve, reject) => {
      const channel = usableChannel()
      const entry: Unconfirmed = { message, attempt, returned: false }
      unconfirmed.add(entry)
      try {
        const body = Buffer.from(message.body)
        channel.publish(eventsExchange, message.routingKey, body, properties(message), (error) => {
          unconfirmed.delete(entry)
          if (error) reject(notTaken(error as Error))
          else if (entry.returned) reject(unroutable(message))
          else resolve()
        })
      } catch (cause) {
        // The channel ended a moment ago; what is wrong with a message itself was found before.
        unconfirmed.delete(entry)
        reject(unavailable('the channel to RabbitMQ is closed', cause))
      }
    })

  const publishing = createPublishing({ ...needs, check: usableChannel, send })
  const consumers = new Set<Consumer>()
  let closing: Promise<void> | undefined

  const close = async () => {
    await Promise.all([publishing.close(), ...[...consumers].map((consumer) => consumer.close())])
    await link.close()
  }

  return {
    engine: 'RabbitMQ',
    readiness: () => {
      if (closing) return { ready: false, reason: 'the message bus is closed' }
      const status = link.status()
      if (!status.ready) return status
      const late = [...unconfirmed].filter(({ attempt }) => attempt.late).length
      return late === 0
        ? { ready: true }
        : { ready: false, reason: `RabbitMQ has left ${late} messages unconfirmed for too long` }
    },
    consume: (consumerNeeds) => {
      const consumer = createRabbitConsumer({ ...needs, ...consumerNeeds, address })
      consumers.add(consumer)
      return consumer
    },
    deadLetters: createRabbitDeadLetters({ ...needs, openChannel: link.openChannel }),
    publish: publishing.publish,
    close: () => (closing ??= close()),
  }
}

const properties = (message: EncodedMessage) => ({
  mandatory: true,
  deliveryMode: 2,
  contentType: 'application/json',
  messageId: message.id,
  type: message.type,
  appId: message.appId,
  timestamp: message.timestampSeconds,
  ...(message.correlationId !== undefined && { correlationId: message.correlationId }),
  headers: message.headers,
})

const unroutable = ({ routingKey }: EncodedMessage) =>
  new PublishError('unroutable', `no queue is bound to the routing key ${routingKey}`)

// amqplib tells a refusal from the end of the channel by these words alone.
const notTaken = (error: Error) =>
  error.message === 'message nacked'
    ? new PublishError('refused', 'RabbitMQ refused the message: its queue is full or has no leader')
    : unavailable('the channel to RabbitMQ was closed before it confirmed the message', error)

const unavailable = (what: string, cause: unknown) => new PublishError('unavailable', what, { cause })
