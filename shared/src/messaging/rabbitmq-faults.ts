import { TopologyError } from './declare-topology.ts'

// Nothing that a library or the broker worded is passed on: it may quote the URL, the user or the password.

/** Why no connection came about, in words for a log line or a health check. */
export const connectFault = (error: unknown, address: string): string => {
  const { code, message } = asError(error)
  if (code === 'ECONNRESET' || message.includes('closed abruptly')) {
    return `RabbitMQ at ${address} hung up before it was ready`
  }
  if (typeof code === 'string') return `RabbitMQ at ${address} cannot be reached (${code})`
  if (message.includes('ACCESS-REFUSED'))
    return `RabbitMQ at ${address} refused the user name or the password`
  if (message.includes('Expected ConnectionOpenOk')) return `RabbitMQ at ${address} refused the virtual host`
  if (message.includes('ETIMEDOUT')) return `RabbitMQ at ${address} cannot be reached (no answer in time)`
  return `what answers at ${address} does not speak AMQP as expected`
}

/** Why a connection or channel that was there is not any more. */
export const lossFault = (error: unknown, address: string): string => {
  if (error instanceof TopologyError) return error.message
  const { code, message } = asError(error)
  const amqpReply = /\d{3} \([A-Z-]+\)/.exec(message)?.[0]
  const cause =
    amqpReply ?? (typeof code === 'string' ? code : message.includes('Heartbeat') ? 'no heartbeat' : '')
  return `RabbitMQ at ${address} closed the connection or its channel${cause && ` (${cause})`}`
}

const asError = (error: unknown): Error & { code?: unknown } =>
  error instanceof Error ? error : new Error('unknown')
