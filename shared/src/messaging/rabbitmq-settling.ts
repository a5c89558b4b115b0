import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Logger } from '../logging/logger.ts'
import type { ReceivedMessage, Verdict } from './bus.ts'
import {
  attemptsHeader,
  lastReasonHeader,
  ownHeaders,
  parkedAtHeader,
  parkedOrderHeader,
  parkedReasonHeader,
} from './rabbitmq-message.ts'
import { transfer } from './rabbitmq-transfer.ts'
import { deadLetterExchange, retryExchange, type RetryDelay } from './topology.ts'

export interface SettlingNeeds {
  retryDelays: readonly RetryDelay[]
  publishTimeoutMilliseconds: number
  /** How long a message is kept that could neither be tried again later nor be parked. */
  retryDelayMilliseconds: number
  logger: Logger
  now: () => number
  signal: AbortSignal
}

const maxReasonLength = 1_000

/** Answers a delivery on the channel it came by. Whatever goes wrong, the broker still has the message. */
export const createSettling = (needs: SettlingNeeds) => {
  const { logger, now } = needs
  let parkedOrder = 0

  const sendOn = (
    channel: ConfirmChannel,
    delivery: ConsumeMessage,
    { id, attempts }: ReceivedMessage,
    { verdict, reason: fullReason }: Exclude<Verdict, { verdict: 'done' }>,
  ) => {
    const reason = fullReason.slice(0, maxReasonLength)
    const next = verdict === 'retry' ? needs.retryDelays[attempts] : undefined
    const common = { message: delivery, timeoutMilliseconds: needs.publishTimeoutMilliseconds }
    const headers = ownHeaders(delivery)
    if (next) {
      const counted = { ...headers, [attemptsHeader]: attempts + 1, [lastReasonHeader]: reason }
      const target = { exchange: retryExchange, routingKey: next.queue }
      return transfer(channel, { ...common, ...target, id, headers: counted })
    }
    logger.error({ messageId: id, type: delivery.properties.type as unknown, reason }, 'a message is parked')
    const target = { exchange: deadLetterExchange, routingKey: delivery.fields.routingKey }
    const parked = {
      ...headers,
      ...(attempts > 0 && { [attemptsHeader]: attempts }),
      [parkedReasonHeader]: reason,
      [parkedAtHeader]: new Date(now()).toISOString(),
      [parkedOrderHeader]: (parkedOrder += 1),
    }
    return transfer(channel, { ...common, ...target, id: id || randomUUID(), headers: parked })
  }

  return async (
    channel: ConfirmChannel,
    delivery: ConsumeMessage,
    message: ReceivedMessage,
    verdict: Verdict,
  ): Promise<void> => {
    try {
      if (verdict.verdict !== 'done') await sendOn(channel, delivery, message, verdict)
      channel.ack(delivery)
    } catch (error) {
      if (verdict.verdict === 'done') return
      logger.warn({ err: error, messageId: message.id }, 'a message goes back: it could not be sent on')
      // At once it would come and fail again, as fast as the broker can.
      await delay(needs.retryDelayMilliseconds, undefined, { signal: needs.signal }).catch(() => {})
      try {
        channel.nack(delivery, false, true)
      } catch {
        // The channel is gone, and with it the message went back by itself.
      }
    }
  }
}
