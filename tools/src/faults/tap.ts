import { randomUUID } from 'node:crypto'
import { openSqliteFile } from '@accounts/shared/database/sqlite-driver'
import { accountQueue, eventsExchange } from '@accounts/shared/messaging/topology'
import { connect, type ConfirmChannel, type GetMessage } from 'amqplib'
import { until } from '../until.ts'

/** As it lies in a queue. */
export interface RawMessage {
  id: string
  type: string
  routingKey: string
  headers: Record<string, unknown>
  body: string
}

/** The bus seen past the services. */
export interface Tap {
  /** From now on a copy of everything that is published is kept aside. */
  record(): Promise<void>
  /** How many were published since, and how many different ones. */
  recorded(): Promise<{ published: number; distinct: number }>
  take(queue?: string): Promise<RawMessage[]>
  put(messages: readonly RawMessage[], queue?: string): Promise<void>
}

const recordQueue = 'faults_record'

const tally = (messages: readonly RawMessage[]) => ({
  published: messages.length,
  distinct: new Set(messages.map(({ id }) => id)).size,
})

/** What it kept is counted once and then gone from the bus, so it is remembered here. */
const createTally = (take: (queue: string) => Promise<RawMessage[]>) => {
  const seen: RawMessage[] = []
  return async () => {
    seen.push(...(await take(recordQueue)))
    return tally(seen)
  }
}

export const createRabbitTap = (url: string): Tap => {
  const onChannel = async <Result>(work: (channel: ConfirmChannel) => Promise<Result>): Promise<Result> => {
    const connection = await until('RabbitMQ takes a connection', async () =>
      connect(url, { noDelay: true, timeout: 5_000 }).catch(() => undefined),
    )
    connection.on('error', () => {})
    try {
      const channel = await connection.createConfirmChannel()
      channel.on('error', () => {})
      return await work(channel)
    } finally {
      await connection.close().catch(() => {})
    }
  }
  const take = async (queue = accountQueue) =>
    onChannel(async (channel) => {
      const messages: RawMessage[] = []
      for (let next = await channel.get(queue); next; next = await channel.get(queue)) {
        messages.push(rawOf(next))
        channel.ack(next)
      }
      return messages
    })
  return {
    take,
    recorded: createTally(take),
    record: async () =>
      onChannel(async (channel) => {
        await channel.assertQueue(recordQueue, { durable: true })
        await channel.bindQueue(recordQueue, eventsExchange, '#')
      }),
    put: async (messages, queue = accountQueue) =>
      onChannel(async (channel) => {
        for (const { id, type, headers, body } of messages)
          channel.sendToQueue(queue, Buffer.from(body), {
            deliveryMode: 2,
            contentType: 'application/json',
            type,
            headers,
            ...(id !== '' && { messageId: id }),
          })
        await channel.waitForConfirms()
      }),
  }
}

const rawOf = ({ properties, fields, content }: GetMessage): RawMessage => ({
  id: properties.messageId ?? '',
  type: properties.type ?? '',
  routingKey: fields.routingKey,
  headers: properties.headers ?? {},
  body: content.toString(),
})

interface StoredRow {
  message_id: string
  type: string
  routing_key: string
  headers: string
  body: string
}

export const createFileTap = (file: string): Tap => {
  const onFile = async <Result>(
    work: (connection: Awaited<ReturnType<typeof openSqliteFile>>) => Result,
  ): Promise<Result> => {
    const connection = await openSqliteFile(file, { fileMustExist: true, timeout: 5_000 })
    try {
      return work(connection)
    } finally {
      connection.close()
    }
  }
  const take = async (queue = accountQueue) =>
    onFile((connection) => {
      const rows = connection
        .prepare(
          'DELETE FROM messages WHERE queue = ? RETURNING sequence, message_id, type, routing_key, headers, body',
        )
        .all(queue) as (StoredRow & { sequence: number })[]
      return rows
        .sort((one, other) => one.sequence - other.sequence)
        .map((row) => ({
          id: row.message_id,
          type: row.type,
          routingKey: row.routing_key,
          headers: JSON.parse(row.headers) as Record<string, unknown>,
          body: row.body,
        }))
    })
  return {
    take,
    recorded: createTally(take),
    record: async () =>
      onFile((connection) => {
        connection.prepare('INSERT INTO bindings (queue, pattern) VALUES (?, ?)').run(recordQueue, '#')
      }),
    put: async (messages, queue = accountQueue) =>
      onFile((connection) => {
        const insert = connection.prepare(
          `INSERT INTO messages (queue, message_id, type, routing_key, app_id, timestamp, headers, body)
           VALUES (?, ?, ?, ?, 'faults', unixepoch(), ?, ?)`,
        )
        connection
          .transaction(() => {
            for (const { id, type, routingKey, headers, body } of messages)
              insert.run(queue, id, type, routingKey, JSON.stringify(headers), body)
          })
          .immediate()
      }),
  }
}

/** Poison: what no consumer can make sense of. */
export const poison = (body: string, headers: Record<string, unknown> = {}): RawMessage => ({
  id: randomUUID(),
  type: 'Register',
  routingKey: 'account.registered',
  headers,
  body,
})
