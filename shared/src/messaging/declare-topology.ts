import type { Channel } from 'amqplib'
import { bindingsWith, exchanges, queuesWith, type RetryDelay } from './topology.ts'

const preconditionFailed = 406
const accessRefused = 403

/** The broker will not have an exchange or queue as it is needed here. Somebody has to decide what becomes of it. */
export class TopologyError extends Error {
  constructor(message: string, options: ErrorOptions) {
    super(message, options)
    this.name = 'TopologyError'
  }
}

/** Declares what is missing. What exists is compared by the broker and never changed or deleted. */
export const declareTopology = async (channel: Channel, delays: readonly RetryDelay[]) => {
  for (const { name, type, ...options } of exchanges) {
    await explain(`exchange ${name}`, channel.assertExchange(name, type, { durable: true, ...options }))
  }
  for (const { name, deadLetter, messageTtlMilliseconds, deliveryLimit } of queuesWith(delays)) {
    const options = {
      durable: true,
      ...(messageTtlMilliseconds !== undefined && { messageTtl: messageTtlMilliseconds }),
      arguments: {
        'x-queue-type': 'quorum',
        ...(deadLetter && safeDeadLettering(deadLetter)),
        ...(deliveryLimit !== undefined && { 'x-delivery-limit': deliveryLimit }),
      },
    }
    await explain(`queue ${name}`, channel.assertQueue(name, options))
  }
  for (const { exchange, queue, pattern } of bindingsWith(delays)) {
    await explain(`binding of ${queue} to ${exchange}`, channel.bindQueue(queue, exchange, pattern))
  }
}

// Without both, a quorum queue drops what it dead-letters when the target can't take it at that moment.
const safeDeadLettering = ({ exchange, routingKey }: { exchange: string; routingKey?: string }) => ({
  'x-dead-letter-exchange': exchange,
  ...(routingKey !== undefined && { 'x-dead-letter-routing-key': routingKey }),
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
})

const explain = async (what: string, declaration: Promise<unknown>) => {
  try {
    await declaration
  } catch (cause) {
    const { code, message } = cause as Error & { code?: number }
    if (code === preconditionFailed) {
      const argument = /inequivalent arg '([^']+)'/.exec(message)?.[1] ?? 'its arguments'
      throw new TopologyError(
        `${what} exists already and is declared otherwise (${argument}); nothing was changed: ` +
          'empty and delete it, or set RABBITMQ_URL to another virtual host',
        { cause },
      )
    }
    if (code === accessRefused) {
      throw new TopologyError(
        `${what} may not be declared by this user: give it the permissions configure, write and read`,
        { cause },
      )
    }
    throw cause
  }
}
