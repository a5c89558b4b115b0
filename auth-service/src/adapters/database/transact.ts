import { setImmediate } from 'node:timers/promises'
import type { Logger } from '@accounts/shared/logging/logger'
import { identityFacts } from '@accounts/shared/logging/request-identity'
import type { AuditEntry, Origin } from '../../domain/audit.ts'
import type { Clock, Transact } from '../../ports.ts'
import { createAccounts } from './accounts.ts'
import { createAudit } from './audit.ts'
import { createBlacklist } from './blacklist.ts'
import { createOutbox } from './outbox.ts'
import { createOutboxRows } from './outbox-rows.ts'
import { createRoles } from './roles.ts'
import { createSessions } from './sessions.ts'
import { createSnapshots } from './snapshots.ts'
import type { AuthDatabase } from './tables.ts'

interface TransactNeeds {
  database: AuthDatabase
  clock: Clock
  logger: Logger
  /** An event was committed. */
  onEvents?: (() => void) | undefined
}

/** Of the event loop: reading the outbox, publishing, and writing to the socket. */
const turnsToLeave = 5

/** Everything that the work does through the store is committed together or not at all. */
export const createTransact =
  ({ database, clock, logger, onEvents }: TransactNeeds): Transact =>
  async (origin, work) => {
    const entries: AuditEntry[] = []
    let events = 0
    const result = await database.transaction(async (query) => {
      const scope = { query, tables: database.tables }
      const accounts = createAccounts(scope)
      const outbox = createOutbox({ ...scope, clock, origin, onWritten: () => (events += 1) })
      return work({
        accounts,
        sessions: createSessions(scope),
        blacklist: createBlacklist(scope),
        roles: createRoles({ ...scope, accounts, outbox }),
        outbox,
        outboxRows: createOutboxRows(scope),
        snapshots: createSnapshots({ ...scope, outbox }),
        audit: createAudit({ ...scope, clock, origin, onWritten: (entry) => entries.push(entry) }),
      })
    })
    if (events > 0) {
      onEvents?.()
      // Whoever waits for this goes on to answer, which would keep the event from leaving.
      for (let turn = 0; turn < turnsToLeave; turn += 1) await setImmediate()
    }
    // Only now is it true.
    for (const entry of entries)
      logger.info({ ...identityFacts(origin), audit: factsOf(entry, origin) }, 'audit')
    return result
  }

const factsOf = ({ action, reason, userId, actorId, sessionId, details }: AuditEntry, { ip }: Origin) => ({
  action,
  reason,
  user_id: userId,
  actor_id: actorId,
  session_id: sessionId,
  ip,
  details,
})
