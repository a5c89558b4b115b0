import { setTimeout as delay } from 'node:timers/promises'
import { readSettings } from '@accounts/shared/config/read-settings'
import { openDatabase } from '@accounts/shared/database/open'
import { createUnavailable } from '@accounts/shared/errors/unavailable'
import { createLogger } from '@accounts/shared/logging/logger'
import type { Bus, DeadLetters } from '@accounts/shared/messaging/bus'
import { openBus } from '@accounts/shared/messaging/open-bus'
import { createOutboxRecords } from './adapters/database/outbox-records.ts'
import { createRepublish } from './adapters/database/republish.ts'
import { defineTables } from './adapters/database/tables.ts'
import { createTransact } from './adapters/database/transact.ts'
import { authSettings, commandEnvironment } from './config.ts'
import { createEventsCommand } from './features/events/command.ts'
import { createEventUseCases } from './features/events/use-cases.ts'

const clock = () => new Date()
const busPatienceMilliseconds = 6_000

const { LOG_LEVEL, DATABASE_URL, RABBITMQ_URL, BUS_FILE } = authSettings

const untilReady = async (bus: Bus) => {
  const deadline = Date.now() + busPatienceMilliseconds
  for (;;) {
    const readiness = bus.readiness()
    if (readiness.ready) return
    if (Date.now() > deadline) throw createUnavailable(readiness.reason)
    await delay(20)
  }
}

/** Opened only by who looks at dead letters: what is parked can be seen without the broker. */
const createLazyLetters = (open: () => Promise<Bus>) => {
  let opened: Promise<Bus> | undefined
  const reach = async () => {
    const bus = await (opened ??= open())
    await untilReady(bus)
    return bus.deadLetters
  }
  const deadLetters: DeadLetters = {
    page: async (options) => (await reach()).page(options),
    find: async (id) => (await reach()).find(id),
    replay: async (id) => (await reach()).replay(id),
    discard: async (id) => (await reach()).discard(id),
    count: async () => (await reach()).count(),
  }
  return { deadLetters, close: async () => (await opened?.catch(() => undefined))?.close() }
}

const run = createEventsCommand({
  withUseCases: async (work) => {
    const config = readSettings({ LOG_LEVEL, DATABASE_URL, RABBITMQ_URL, BUS_FILE }, commandEnvironment())
    const createCommandLogger = (level: typeof config.LOG_LEVEL) =>
      createLogger({ service: 'auth-service', level, destination: process.stderr })
    const database = await openDatabase({ url: config.DATABASE_URL, defineTables, applicationName: 'events' })
    const letters = createLazyLetters(async () =>
      openBus({
        rabbitmqUrl: config.RABBITMQ_URL,
        busFile: config.BUS_FILE,
        appId: 'auth-service',
        // What is wrong with it is told at the end, in one line.
        logger: createCommandLogger('fatal'),
      }),
    )
    try {
      return await work(
        createEventUseCases({
          deadLetters: letters.deadLetters,
          outboxRecords: createOutboxRecords(database),
          transact: createTransact({ database, clock, logger: createCommandLogger(config.LOG_LEVEL) }),
          republish: createRepublish({ database, clock }),
          clock,
        }),
      )
    } finally {
      await letters.close()
      await database.close()
    }
  },
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
})

process.exitCode = await run(process.argv.slice(2))
