import type { ConfirmChannel, Message } from 'amqplib'
import { withDeadline } from '../process/deadline.ts'

interface Transfer {
  exchange: string
  routingKey: string
  /** Its body goes on byte for byte. */
  message: Message
  id: string
  headers: Record<string, unknown>
  timeoutMilliseconds: number
}

/** Sends a message on and resolves when a queue has it safe. Only then may the original be acknowledged. */
export const transfer = async (channel: ConfirmChannel, needs: Transfer): Promise<void> => {
  const { exchange, routingKey, id, timeoutMilliseconds } = needs
  let returned = false
  const onReturn = ({ fields, properties }: Message) => {
    returned ||=
      fields.exchange === exchange && fields.routingKey === routingKey && properties.messageId === id
  }
  channel.on('return', onReturn)
  try {
    const late = () => new Error(`${exchange || routingKey} did not confirm in time`)
    await withDeadline(confirmed(channel, needs), timeoutMilliseconds, late)
  } finally {
    channel.off('return', onReturn)
  }
  if (returned) throw new Error(`no queue is bound to ${exchange} for ${routingKey}`)
}

const confirmed = (channel: ConfirmChannel, { exchange, routingKey, message, id, headers }: Transfer) => {
  const { contentType, contentEncoding, correlationId, timestamp, type, appId } = message.properties
  // Left behind: an expiry or a user id that somebody else set would lose the message, or the channel.
  const given = { contentType, contentEncoding, correlationId, timestamp, type, appId }
  const options = { ...given, messageId: id, headers, deliveryMode: 2, mandatory: true }
  return new Promise<void>((resolve, reject) => {
    channel.publish(exchange, routingKey, message.content, options, (error: unknown) => {
      if (error) reject(new Error(`${exchange || routingKey} did not take the message`, { cause: error }))
      else resolve()
    })
  })
}
