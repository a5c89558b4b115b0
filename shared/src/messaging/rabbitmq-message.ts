import type { Message } from 'amqplib'
import type { ReceivedMessage } from './bus.ts'

export const attemptsHeader = 'x-attempts'
export const lastReasonHeader = 'x-last-reason'
export const parkedReasonHeader = 'x-parked-reason'
export const parkedAtHeader = 'x-parked-at'
/** Tells apart what one process parked within a millisecond. */
export const parkedOrderHeader = 'x-parked-order'

// What the broker adds on the way differs between its versions; CC and BCC would send copies elsewhere.
const transportHeaders =
  /^(x-attempts|x-last-reason|x-parked-.*|x-death|x-(first|last)-death-.*|x-(delivery|acquired)-count|B?CC)$/

export const ownHeaders = ({ properties }: Message): Record<string, unknown> => {
  const all: Record<string, unknown> = properties.headers ?? {}
  return Object.fromEntries(Object.entries(all).filter(([name]) => !transportHeaders.test(name)))
}

export const receivedMessage = (message: Message): ReceivedMessage => {
  const { properties, fields, content } = message
  const timestamp: unknown = properties.timestamp
  return {
    id: text(properties.messageId),
    type: text(properties.type),
    routingKey: fields.routingKey,
    appId: text(properties.appId),
    correlationId: text(properties.correlationId) || undefined,
    timestampSeconds: typeof timestamp === 'number' ? timestamp : 0,
    headers: ownHeaders(message),
    body: content.toString(),
    attempts: attemptsOf(properties.headers?.[attemptsHeader]),
  }
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')

const attemptsOf = (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0
