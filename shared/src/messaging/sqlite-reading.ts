import type { SqliteConnection } from '../database/sqlite-driver.ts'
import type { Logger } from '../logging/logger.ts'
import type { Bus, ConsumerNeeds } from './bus.ts'
import { createSqliteConsumer, type SqliteConsumerTimings } from './sqlite-consumer.ts'
import { createSqliteDeadLetters } from './sqlite-dead-letters.ts'
import { createSqliteQueue } from './sqlite-queue.ts'
import type { SqliteWake } from './sqlite-wake.ts'
import { accountQueue, type RetryDelay } from './topology.ts'

export type SqliteReadingTimings = Pick<SqliteConsumerTimings, 'leaseMilliseconds' | 'sweepMilliseconds'>

interface SqliteReadingNeeds extends Partial<SqliteReadingTimings> {
  /** For reading alone. */
  connection: SqliteConnection
  wake: SqliteWake
  publishTimeoutMilliseconds: number
  closeTimeoutMilliseconds: number
  isAbleMilliseconds: number
  retryDelays: readonly RetryDelay[]
  fileFault(): string | undefined
  logger: Logger
  now: () => number
}

const defaults: SqliteReadingTimings = {
  leaseMilliseconds: 5_000,
  sweepMilliseconds: 1_000,
}

/** The side of the embedded bus that takes messages out. */
export const createSqliteReading = (given: SqliteReadingNeeds) => {
  const needs = { ...defaults, ...given }
  const { connection, wake } = needs
  const consumers = new Set<ReturnType<typeof createSqliteConsumer>>()

  const wakeOwn = () => {
    for (const consumer of consumers) consumer.wake()
  }

  const consume: Bus['consume'] = (consumerNeeds: ConsumerNeeds) => {
    const queue = createSqliteQueue(connection, { ...needs, queue: accountQueue })
    const consumer = createSqliteConsumer({ ...needs, ...consumerNeeds, queue })
    if (consumers.size === 0) wake.listen(wakeOwn)
    consumers.add(consumer)
    return consumer
  }

  return {
    consume,
    deadLetters: createSqliteDeadLetters({
      ...needs,
      queue: accountQueue,
      timeoutMilliseconds: needs.publishTimeoutMilliseconds,
      onReplay: wake.tell,
    }),
    close: async () => {
      await Promise.all([...consumers].map((consumer) => consumer.close()))
      connection.close()
    },
  }
}
