import { createLogger } from '@accounts/shared/logging/logger'
import { createLookup } from '../../../adapters/database/lookup.ts'
import { createTransact } from '../../../adapters/database/transact.ts'
import type { CommandFoundation } from '../../../compose-command.ts'
import type { AuthApp } from '../../../testing/auth-app.ts'
import { byCommand } from '../by-command.ts'

/** What a command stands on, beside a service that runs on the same database. */
export const openFoundation = ({ database, clock }: AuthApp, command: string): CommandFoundation => {
  const logger = createLogger({ service: 'test', level: 'fatal', destination: { write: () => {} } })
  return {
    ...{ database, clock, logger },
    lookup: createLookup({ database }),
    transact: byCommand(command, createTransact({ database, clock, logger })),
  }
}

/** What the audit log says of an account; `details` says by which command. */
export const auditedOf = async ({ database: { query, tables } }: AuthApp, id: number) => {
  const rows = await query.select().from(tables.auditLog).orderBy(tables.auditLog.id)
  return rows
    .filter(({ userId }) => userId === id)
    .map(({ action, actorId, details }) => ({ action, actorId, details }))
}

/** What the others are told of it, in order. */
export const eventsOf = async ({ database: { query, tables } }: AuthApp, id: number) => {
  const rows = await query.select().from(tables.outbox).orderBy(tables.outbox.sequence)
  return rows.filter(({ aggregateId }) => aggregateId === id).map(({ payload }) => payload)
}
