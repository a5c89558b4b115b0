import type { AuditRecords } from '../../audit-ports.ts'
import { type CommandAnswer, defineCommand } from '../../command-line/command.ts'
import { presentEntry } from './audit-entry.ts'
import { auditTable, auditText, countText, verificationText } from './audit-text.ts'
import type { ListAudit } from './list-audit.ts'
import { type AuditArguments, parseArguments, programName, usage } from './parse-arguments.ts'
import type { VerifyAudit } from './verify-audit.ts'

export interface AuditUseCases {
  verifyAudit: VerifyAudit
  listAudit: ListAudit
  findAudit: AuditRecords['find']
}

const run = async (parsed: AuditArguments, useCases: AuditUseCases): Promise<CommandAnswer> => {
  switch (parsed.command) {
    case 'verify':
      return verify(parsed, useCases)
    case 'list': {
      const { records, next } = await useCases.listAudit(parsed)
      const hint = next === null ? '' : `\nmore: --after ${next}`
      return {
        text: records.length === 0 ? 'there are none' : `${auditTable(records)}${hint}`,
        json: { entries: records.map(presentEntry), next_cursor: next },
      }
    }
    // show
    default: {
      const record = await useCases.findAudit(parsed.id)
      if (record === null) throw new Error(`there is no entry ${parsed.id}`)
      return { text: auditText(record), json: presentEntry(record) }
    }
  }
}

const verify = async (
  { head: noted }: Extract<AuditArguments, { command: 'verify' }>,
  { verifyAudit }: AuditUseCases,
): Promise<CommandAnswer> => {
  const found = await verifyAudit(noted)
  const { rows, head, fault, unchained, overdue } = found
  return {
    text: verificationText(found),
    json: { rows, intact: fault === null, head, fault, unchained, overdue },
    ...(overdue > 0 && {
      warning: `${countText(overdue)} rows have waited for longer than a minute to be chained: is auth-service running?`,
    }),
    code: fault === null ? 0 : 2,
  }
}

export const createAuditCommand = defineCommand({
  name: programName,
  usage,
  parse: parseArguments,
  run,
})
