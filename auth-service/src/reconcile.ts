import { readSettings } from '@accounts/shared/config/read-settings'
import { openDatabase } from '@accounts/shared/database/open'
import { createLogger } from '@accounts/shared/logging/logger'
import { createAccountPage } from './adapters/database/account-pages.ts'
import { createOutboxRecords } from './adapters/database/outbox-records.ts'
import { defineTables } from './adapters/database/tables.ts'
import { createTransact } from './adapters/database/transact.ts'
import { createKnownAccountPage } from './adapters/user-service/known-account-page.ts'
import { authSettings, commandEnvironment } from './config.ts'
import { createReconcileCommand } from './features/reconcile/command.ts'
import { createReconcileAccounts } from './features/reconcile/reconcile-accounts.ts'

const clock = () => new Date()

const { LOG_LEVEL, DATABASE_URL, USER_SERVICE_URL, SERVICE_SECRET } = authSettings

const run = createReconcileCommand({
  withUseCases: async (work) => {
    const settings = { LOG_LEVEL, DATABASE_URL, USER_SERVICE_URL, SERVICE_SECRET }
    const config = readSettings(settings, commandEnvironment())
    const logger = createLogger({
      service: 'auth-service',
      level: config.LOG_LEVEL,
      destination: process.stderr,
    })
    const database = await openDatabase({
      url: config.DATABASE_URL,
      defineTables,
      applicationName: 'reconcile',
    })
    try {
      const reconcileAccounts = createReconcileAccounts({
        accountPage: createAccountPage(database),
        knownAccountPage: createKnownAccountPage({
          url: config.USER_SERVICE_URL,
          serviceSecret: config.SERVICE_SECRET,
        }),
        outboxRecords: createOutboxRecords(database),
        transact: createTransact({ database, clock, logger }),
        clock,
      })
      return await work({ reconcileAccounts })
    } finally {
      await database.close()
    }
  },
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
})

process.exitCode = await run(process.argv.slice(2))
