import { PassThrough } from 'node:stream'
import { and, asc, eq } from '@accounts/shared/database/operators'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { type AccountEvent, routingKeys } from '@accounts/shared/events/account-events'
import { createMetrics } from '@accounts/shared/http/metrics'
import { createLogger } from '@accounts/shared/logging/logger'
import type { ReceivedMessage, Verdict } from '@accounts/shared/messaging/bus'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { createApplyEvent } from '../../../adapters/database/apply-event.ts'
import { migrationsFolder } from '../../../adapters/database/migrations-folder.ts'
import { createReadPending } from '../../../adapters/database/pending-events.ts'
import { defineTables, type UserDatabase } from '../../../adapters/database/tables.ts'
import { createEventMetrics } from '../event-metrics.ts'
import { createHandleMessage } from '../handle-message.ts'

export const now = new Date('2026-01-02T03:04:05.678Z')

interface TrialNeeds {
  createDatabase: () => Promise<TestDatabase>
  poolSize?: number
}

/** What the bus hands over, as auth-service would have sent it. */
export const messageOf = (
  event: AccountEvent,
  version: number,
  changes: Partial<ReceivedMessage> = {},
): ReceivedMessage => ({
  id: `message ${event.auth_id} ${version}`,
  type: event.event_type,
  routingKey: routingKeys[event.event_type],
  appId: 'auth-service',
  correlationId: `request ${version}`,
  timestampSeconds: now.getTime() / 1000,
  headers: {
    'x-aggregate-id': String(event.auth_id),
    'x-aggregate-version': version,
    'x-schema-version': 1,
    'x-occurred-at': new Date(now.getTime() - 2_000).toISOString(),
  },
  body: JSON.stringify(event),
  attempts: 0,
  ...changes,
})

/** Handles messages as the service does, and shows what they have led to. */
export const createEventTrial = async ({ createDatabase, poolSize }: TrialNeeds) => {
  const opened = await openMigrated({
    createDatabase,
    migrationsFolder,
    defineTables,
    ...(poolSize !== undefined && { poolSize }),
  })
  return { ...opened, ...createHandling(opened.database), ...createView(opened.database) }
}

export const createHandling = (database: UserDatabase) => {
  const output = new PassThrough()
  let log = ''
  output.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const metrics = createMetrics({ service: 'user-service' })
  const clock = () => now
  const handle = createHandleMessage({
    applyEvent: createApplyEvent({ database, clock }),
    eventMetrics: createEventMetrics({
      metrics,
      readPending: createReadPending({ database }),
      deadLetters: { count: async () => 3 },
      clock,
    }),
    logger: createLogger({ service: 'user-service', level: 'debug', destination: output }),
  })
  /** Handed over one after the other. */
  const deliver = async (...messages: ReceivedMessage[]) => {
    const verdicts: Verdict[] = []
    for (const message of messages) verdicts.push(await handle(message))
    return verdicts
  }
  return { handle, deliver, measured: async () => metrics.registry.metrics(), clock, logged: () => log }
}

/** All that is known of an account, without what depends on when it was learnt. */
const createView = ({ query, tables }: UserDatabase) => {
  const { accountStates, userProfiles, revokedSessions, pendingEvents, inbox } = tables
  return {
    view: async (authId: number) => {
      const [state] = await query
        .select({
          eventVersion: accountStates.eventVersion,
          isActive: accountStates.isActive,
          securityVersion: accountStates.securityVersion,
        })
        .from(accountStates)
        .where(eq(accountStates.authId, authId))
      const profiles = await query
        .select({
          displayName: userProfiles.displayName,
          bio: userProfiles.bio,
          isActive: userProfiles.isActive,
        })
        .from(userProfiles)
        .where(eq(userProfiles.authId, authId))
      const ended = await query
        .select({ sessionId: revokedSessions.sessionId })
        .from(revokedSessions)
        .where(eq(revokedSessions.authId, authId))
        .orderBy(asc(revokedSessions.sessionId))
      const waiting = await query
        .select({ version: pendingEvents.version })
        .from(pendingEvents)
        .where(eq(pendingEvents.authId, authId))
        .orderBy(asc(pendingEvents.version))
      return {
        state,
        profiles,
        ended: ended.map(({ sessionId }) => sessionId),
        waiting: waiting.map(({ version }) => version),
      }
    },
    effectsOf: async (authId: number, messageId: string) =>
      query
        .select({ version: inbox.version })
        .from(inbox)
        .where(and(eq(inbox.authId, authId), eq(inbox.messageId, messageId))),
  }
}

export type EventTrial = Awaited<ReturnType<typeof createEventTrial>>
