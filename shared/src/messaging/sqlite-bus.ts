import { setTimeout as delay } from 'node:timers/promises'
import type { SqliteConnection } from '../database/sqlite-driver.ts'
import type { Logger } from '../logging/logger.ts'
import { type Bus, PublishError } from './bus.ts'
import type { EncodedMessage } from './encode-message.ts'
import { type Attempt, createPublishing, type PublishLimits } from './publishing.ts'
import { codeOf, createSameFileCheck, isLocked, openBusFile, openQueueConnection } from './sqlite-bus-file.ts'
import { createSqliteReading, type SqliteReadingTimings } from './sqlite-reading.ts'
import { openSqliteWake } from './sqlite-wake.ts'
import { topicMatches } from './topic-matches.ts'
import type { RetryDelay } from './topology.ts'

interface SqliteBusNeeds extends PublishLimits, Partial<SqliteReadingTimings> {
  file: string
  closeTimeoutMilliseconds: number
  isAbleMilliseconds: number
  retryDelays: readonly RetryDelay[]
  appId: string
  logger: Logger
  now: () => number
}

const lockRetryMilliseconds = 10

export const openSqliteBus = async (needs: SqliteBusNeeds): Promise<Bus> => {
  const { file, logger } = needs
  const connection = await openBusFile(file)
  const isSameFile = createSameFileCheck(file)
  const store = createStore(connection)
  let writeFault: string | undefined
  let closing: Promise<void> | undefined
  logger.info({ file }, 'message bus ready')

  const fileFault = () => {
    if (!connection.open) return 'the message bus is closed'
    return isSameFile()
      ? undefined
      : `the file of the message bus, ${file}, was moved or deleted while it was open`
  }
  const wake = openSqliteWake(needs)
  const reading = createSqliteReading({
    ...needs,
    connection: await openQueueConnection(file),
    wake,
    fileFault,
  })

  const check = () => {
    const reason = fileFault()
    if (reason !== undefined) throw new PublishError('unavailable', reason)
  }

  const tryToStore = (message: EncodedMessage): boolean | 'locked' => {
    try {
      const stored = store(message)
      writeFault = undefined
      return stored
    } catch (cause) {
      if (isLocked(cause)) return 'locked'
      writeFault = `${file} could not be written (${codeOf(cause) || 'unknown reason'})`
      throw new PublishError('unavailable', writeFault, { cause })
    }
  }

  const send = async (message: EncodedMessage, attempt: Attempt) => {
    // Ends at the deadline of the message, which makes the attempt late.
    while (!attempt.late) {
      const stored = tryToStore(message)
      if (stored === true) return wake.tell()
      if (stored === false) throw unroutable(message)
      await delay(lockRetryMilliseconds)
    }
  }

  // One writer at a time is all that SQLite has; a second one here would only fight with the first.
  const publishing = createPublishing({ ...needs, inFlightLimit: 1, check, send })

  const close = async () => {
    await Promise.all([publishing.close(), reading.close()])
    wake.close()
    connection.close()
  }

  return {
    engine: 'embedded bus',
    readiness: () => {
      const reason = closing ? 'the message bus is closed' : (fileFault() ?? writeFault)
      return reason === undefined ? { ready: true } : { ready: false, reason }
    },
    consume: reading.consume,
    deadLetters: reading.deadLetters,
    publish: publishing.publish,
    close: () => (closing ??= close()),
  }
}

/** Puts a copy into every queue that is bound to the routing key, all or none; false when there is no such queue. */
const createStore = (connection: SqliteConnection) => {
  const allBindings = connection.prepare<[], [string, string]>('SELECT queue, pattern FROM bindings').raw()
  const insert = connection.prepare(
    `INSERT INTO messages
       (queue, message_id, type, routing_key, app_id, correlation_id, timestamp, headers, body)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const store = connection.transaction((message: EncodedMessage): boolean => {
    const { id, type, routingKey, appId, correlationId = null, timestampSeconds, headers, body } = message
    const bound = allBindings.all().filter(([, pattern]) => topicMatches(pattern, routingKey))
    for (const queue of new Set(bound.map(([name]) => name))) {
      insert.run(
        queue,
        id,
        type,
        routingKey,
        appId,
        correlationId,
        timestampSeconds,
        JSON.stringify(headers),
        body,
      )
    }
    return bound.length > 0
  })
  return (message: EncodedMessage) => store.immediate(message)
}

const unroutable = ({ routingKey }: EncodedMessage) =>
  new PublishError('unroutable', `no queue is bound to the routing key ${routingKey}`)
