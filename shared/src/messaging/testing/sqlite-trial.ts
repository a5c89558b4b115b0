import { mkdtemp, rm, symlink, unlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { openSqliteFile, type SqliteConnection } from '../../database/sqlite-driver.ts'
import type { Bus } from '../bus.ts'
import { openBus } from '../open-bus.ts'
import type { SqliteReadingTimings } from '../sqlite-reading.ts'
import { accountQueue, deadLetterQueue } from '../topology.ts'
import { type BusTrial, createLogCollector, type StoredMessage, type TrialOptions } from './bus-trial.ts'

type Options = TrialOptions & Partial<SqliteReadingTimings>

export interface SqliteTrial extends BusTrial {
  open(options?: Options): Promise<Bus>
  folder: string
  file: string
  /** A connection past the bus; the file exists once a bus was opened. */
  connection(): Promise<SqliteConnection>
}

export const createSqliteTrial = async (): Promise<SqliteTrial> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'accounts-bus-'))
  const file = path.join(folder, 'bus.db')
  const buses: Bus[] = []
  let opened: SqliteConnection | undefined
  const connection = async () => (opened ??= await openSqliteFile(file, { fileMustExist: true }))
  const openAt = async (busFile: string, options: Options = {}) => {
    const bus = await openBus({
      ...{ rabbitmqUrl: undefined, busFile, appId: 'test-service' },
      logger: createLogCollector().logger,
      ...options,
    })
    buses.push(bus)
    return bus
  }

  return {
    folder,
    file,
    connection,
    open: async (options) => openAt(file, options),
    openFragile: async (options) => {
      const link = path.join(folder, 'fragile.db')
      const mend = async () => symlink(file, link)
      await mend()
      const bus = await openAt(link, { sweepMilliseconds: 20, ...options })
      const endLeases =
        "UPDATE messages SET visible_at = 0, lease_token = 'of nobody' WHERE lease_token NOT NULL"
      const cut = async () => {
        await unlink(link)
        ;(await connection()).exec(endLeases)
      }
      return { bus, cut, mend }
    },
    drain: async (queue) => {
      // What RabbitMQ has in a queue of its own is a state of the message here.
      const where =
        queue === deadLetterQueue ? [accountQueue, 'parked_at IS NOT NULL'] : [queue, 'parked_at IS NULL']
      const rows = (await connection())
        .prepare(`DELETE FROM messages WHERE queue = ? AND ${where[1]} RETURNING *`)
        .all(where[0]) as Row[]
      return rows.sort((one, other) => one.sequence - other.sequence).map(asStored)
    },
    put: async (queue, { id, body }) => {
      const insert = (await connection()).prepare(
        `INSERT INTO messages (queue, message_id, type, routing_key, app_id, timestamp, headers, body)
         VALUES (?, ?, '', ?, '', 0, '{}', ?)`,
      )
      insert.run(queue, id, queue, body)
    },
    bindQueue: async (queue, pattern) => {
      const bind = (await connection()).prepare('INSERT INTO bindings (queue, pattern) VALUES (?, ?)')
      bind.run(queue, pattern)
    },
    end: async () => {
      await Promise.all(buses.map((bus) => bus.close()))
      opened?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

interface Row {
  sequence: number
  message_id: string
  type: string
  routing_key: string
  app_id: string
  correlation_id: string | null
  timestamp: number
  headers: string
  body: string
}

const asStored = (row: Row): StoredMessage => ({
  id: row.message_id,
  type: row.type,
  routingKey: row.routing_key,
  appId: row.app_id,
  correlationId: row.correlation_id ?? undefined,
  timestampSeconds: row.timestamp,
  headers: JSON.parse(row.headers) as object,
  body: row.body,
})
