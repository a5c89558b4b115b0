import { randomUUID } from 'node:crypto'
import { type AccountEvent, accountEvents } from '@accounts/shared/events/account-events'
import type { EventHeaders } from '@accounts/shared/events/event-headers'
import type { RequestIdentity } from '@accounts/shared/logging/request-identity'
import { eq, oneMoreThan } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { Clock, Store } from '../../ports.ts'
import type { Scope } from './tables.ts'

interface OutboxNeeds extends Scope {
  clock: Clock
  origin: RequestIdentity
  onWritten?: () => void
}

export const createOutbox = ({ query, tables, clock, origin, onWritten }: OutboxNeeds): Store['outbox'] => {
  const scope = { query, tables }

  /** One after the other: two transactions never write the same version, and a lower one is committed first. */
  const nextVersion = async (accountId: number) => {
    const [account] = await raiseEventVersion(scope, { accountId })
    if (!account) throw new Error(`an event of account ${accountId}, which does not exist`)
    return account.eventVersion
  }

  return {
    add: async (event) => {
      // What breaks its schema could never be delivered, so it must not be committed either.
      const payload: AccountEvent = accountEvents[event.event_type].parse(event)
      const version = await nextVersion(payload.auth_id)
      // Now that nobody else can write an event of the account: a later version never has an earlier time.
      const at = clock()
      const headers = headersOf(payload.auth_id, version, at, origin.traceparent)
      await insert(scope, {
        id: randomUUID(),
        version,
        payload,
        type: payload.event_type,
        accountId: payload.auth_id,
        headers,
        correlationId: origin.requestId ?? null,
        at,
      })
      onWritten?.()
    },
  }
}

const raiseEventVersion = defineStatement(
  ({ query, tables: { authInfo } }: Scope, given: { accountId: number }) =>
    query
      .update(authInfo)
      .set({ eventVersion: oneMoreThan(authInfo.eventVersion) })
      .where(eq(authInfo.id, given.accountId))
      .returning({ eventVersion: authInfo.eventVersion }),
)

interface NewRow {
  id: string
  accountId: number
  version: number
  type: string
  payload: AccountEvent
  headers: EventHeaders
  correlationId: string | null
  at: Date
}

const insert = defineStatement(({ query, tables: { outbox } }: Scope, given: NewRow) =>
  query.insert(outbox).values({
    id: given.id,
    aggregateId: given.accountId,
    aggregateVersion: given.version,
    type: given.type,
    payload: given.payload,
    headers: given.headers,
    correlationId: given.correlationId,
    createdAt: given.at,
  }),
)

const headersOf = (accountId: number, version: number, at: Date, traceparent?: string): EventHeaders => ({
  'x-aggregate-id': String(accountId),
  'x-aggregate-version': version,
  'x-schema-version': 1,
  'x-occurred-at': at.toISOString(),
  ...(traceparent !== undefined && { traceparent }),
})
