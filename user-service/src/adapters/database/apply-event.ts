import { and, eq, lte } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import type { ReceivedEvent } from '@accounts/shared/events/read-account-event'
import { type AccountState, type Change, type Step, takeStep } from '../../domain/account-state.ts'
import type { ApplyEvent, Clock } from '../../ports.ts'
import { changeOf } from './change-of.ts'
import { holdAccount } from './hold-account.ts'
import type { Scope, UserDatabase } from './tables.ts'

interface ApplyNeeds {
  database: UserDatabase
  clock: Clock
}

/** One transaction for each event. The account is held first, so events of one account take effect one by one. */
export const createApplyEvent =
  ({ database, clock }: ApplyNeeds): ApplyEvent =>
  async (received) =>
    database.transaction(async (query) => {
      const work = { query, tables: database.tables, authId: received.event.auth_id, at: clock() }
      const state = await holdAccount(work, work.authId, work.at)
      const change = changeOf(received.event, received.version)
      // Ended once is ended for ever: it counts even where a snapshot has jumped over it.
      if (change.endedSession) await endSession(work, change.endedSession)
      if (change.version <= state.eventVersion) return 'stale'
      if (!(await isFirstTime(work, received))) return 'stale'

      // For one that nobody had heard of nothing can be waiting: that spares most registrations a query.
      const waiting = state.isNew ? [] : await readWaiting(work)
      const step = takeStep(state, change, waiting)
      if (step.outcome === 'kept') await keep(work, received)
      else if (waiting.length > 0) await dropWaiting(work, step.state.eventVersion)
      await writeProfile(work, state, step)
      await writeState(work, state, step.state)
      return step.outcome
    })

interface Work extends Scope {
  authId: number
  at: Date
}

const isFirstTime = async (work: Work, { id, version }: ReceivedEvent) => {
  const { authId, at } = work
  return (await insertReceived(work, { id, authId, version, at })).length > 0
}

const insertReceived = defineStatement(
  ({ query, tables: { inbox } }: Scope, given: { id: string; authId: number; version: number; at: Date }) =>
    query
      .insert(inbox)
      .values({ messageId: given.id, authId: given.authId, version: given.version, receivedAt: given.at })
      .onConflictDoNothing()
      .returning({ messageId: inbox.messageId }),
)

const readWaiting = async (work: Work): Promise<Change[]> =>
  (await selectWaiting(work, { authId: work.authId })).map(({ event, version }) => changeOf(event, version))

const selectWaiting = defineStatement(
  ({ query, tables: { pendingEvents } }: Scope, given: { authId: number }) =>
    query
      .select({ event: pendingEvents.event, version: pendingEvents.version })
      .from(pendingEvents)
      .where(eq(pendingEvents.authId, given.authId)),
)

const keep = async ({ query, tables, authId, at }: Work, { event, version }: ReceivedEvent) =>
  query.insert(tables.pendingEvents).values({ authId, version, event, receivedAt: at }).onConflictDoNothing()

const dropWaiting = async ({ query, tables: { pendingEvents }, authId }: Work, upTo: number) =>
  query.delete(pendingEvents).where(and(eq(pendingEvents.authId, authId), lte(pendingEvents.version, upTo)))

const endSession = async ({ query, tables, authId }: Work, ended: NonNullable<Change['endedSession']>) =>
  query
    .insert(tables.revokedSessions)
    .values({ ...ended, authId })
    .onConflictDoNothing()

/** An account without a profile gets one with its name, even a dead one: the order of arrival makes no difference. */
const writeProfile = async (work: Work, before: AccountState, { state, displayName }: Step) => {
  const { query, tables, authId, at } = work
  const { userProfiles } = tables
  const { isActive } = state
  if (displayName === null && isActive === before.isActive) return
  if (displayName !== null) {
    const added = await insertProfile(work, { authId, displayName, isActive, at })
    if (added.length > 0) return
  }
  await query
    .update(userProfiles)
    .set({ isActive, updatedAt: at, ...(displayName !== null && { displayName }) })
    .where(eq(userProfiles.authId, authId))
}

const insertProfile = defineStatement(
  (
    { query, tables: { userProfiles } }: Scope,
    given: { authId: number; displayName: string; isActive: boolean; at: Date },
  ) =>
    query
      .insert(userProfiles)
      .values({
        authId: given.authId,
        displayName: given.displayName,
        isActive: given.isActive,
        createdAt: given.at,
        updatedAt: given.at,
      })
      .onConflictDoNothing()
      .returning({ id: userProfiles.id }),
)

const writeState = async (work: Work, before: AccountState, after: AccountState) => {
  const { eventVersion, isActive, securityVersion } = after
  const isSame =
    eventVersion === before.eventVersion &&
    isActive === before.isActive &&
    securityVersion === before.securityVersion
  if (isSame) return
  await updateState(work, { eventVersion, isActive, securityVersion, authId: work.authId, at: work.at })
}

const updateState = defineStatement(
  ({ query, tables: { accountStates } }: Scope, given: AccountState & { authId: number; at: Date }) =>
    query
      .update(accountStates)
      .set({
        eventVersion: given.eventVersion,
        isActive: given.isActive,
        securityVersion: given.securityVersion,
        updatedAt: given.at,
      })
      .where(eq(accountStates.authId, given.authId)),
)
