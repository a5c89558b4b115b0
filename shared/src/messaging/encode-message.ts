import { type BusMessage, PublishError } from './bus.ts'

/** A message as both transports carry it. */
export interface EncodedMessage {
  id: string
  type: string
  routingKey: string
  appId: string
  correlationId: string | undefined
  timestampSeconds: number
  headers: Readonly<Record<string, string | number | boolean>>
  body: string
}

// AMQP counts the bytes of a name in one byte. Body and headers stay far below the limits at which RabbitMQ would
// close the channel, and every other message on it with it.
const maxNameBytes = 255
const maxHeaderBytes = 16_384
const maxBodyBytes = 1_048_576

/** Refuses what one of the transports could not carry, so that both give the same answer. */
export const encodeMessage = (
  message: BusMessage,
  { appId, now }: { appId: string; now: () => number },
): EncodedMessage => {
  const { id, type, routingKey, correlationId, headers = {} } = message
  for (const [what, name] of Object.entries({ id, type, routingKey, correlationId, ...namesOf(headers) })) {
    if (name !== undefined) checkSize(what, name, maxNameBytes)
  }
  checkSize('headers', toJson('headers', headers), maxHeaderBytes)
  const body = toJson('body', message.body)
  checkSize('body', body, maxBodyBytes)
  return {
    ...{ id, type, routingKey, appId, correlationId, headers, body },
    timestampSeconds: Math.floor(now() / 1000),
  }
}

const namesOf = (headers: object) =>
  Object.fromEntries(Object.keys(headers).map((name) => [`header ${name.slice(0, 40)}`, name]))

const checkSize = (what: string, text: string, maxBytes: number) => {
  if (Buffer.byteLength(text) > maxBytes) throw invalid(`its ${what} is over ${maxBytes} bytes`)
}

const toJson = (what: string, value: object): string => {
  try {
    const json = JSON.stringify(value) as string | undefined
    if (json !== undefined) return json
  } catch (error) {
    throw invalid(`its ${what} cannot be written as JSON`, error)
  }
  throw invalid(`its ${what} cannot be written as JSON`)
}

const invalid = (why: string, cause?: unknown) =>
  new PublishError('invalid', `the message cannot be sent: ${why}`, { cause })
