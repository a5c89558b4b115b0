import { readSettings } from '@accounts/shared/config/read-settings'
import { openDatabase } from '@accounts/shared/database/open'
import { createAuditChain } from './adapters/database/audit-chain.ts'
import { createAuditRecords } from './adapters/database/audit-records.ts'
import { defineTables } from './adapters/database/tables.ts'
import { authSettings, commandEnvironment } from './config.ts'
import { createAuditCommand } from './features/audit/command.ts'
import { createListAudit } from './features/audit/list-audit.ts'
import { programName } from './features/audit/parse-arguments.ts'
import { createVerifyAudit } from './features/audit/verify-audit.ts'

const clock = () => new Date()

const { DATABASE_URL } = authSettings

const run = createAuditCommand({
  withUseCases: async (work) => {
    const config = readSettings({ DATABASE_URL }, commandEnvironment())
    const database = await openDatabase({
      url: config.DATABASE_URL,
      defineTables,
      applicationName: programName,
    })
    try {
      const auditRecords = createAuditRecords(database)
      return await work({
        verifyAudit: createVerifyAudit({ auditChain: createAuditChain(database), clock }),
        listAudit: createListAudit({ auditRecords }),
        findAudit: auditRecords.find,
      })
    } finally {
      await database.close()
    }
  },
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
})

process.exitCode = await run(process.argv.slice(2))
