import type { AccountEventType } from '@accounts/shared/events/account-events'
import { and, asc, eq } from '@accounts/shared/database/operators'
import { createLogger } from '@accounts/shared/logging/logger'
import { decodeJwt } from 'jose'
import { newAccount, newSession } from '../../../adapters/database/testing/open-store.ts'
import { createTransact } from '../../../adapters/database/transact.ts'
import { type AuditAction, nowhere } from '../../../domain/audit.ts'
import type { Session } from '../../../domain/session.ts'
import type { AuthApp } from '../../../testing/auth-app.ts'
import { accessOf, password, refresh, refreshOf, type SignedIn, statusOfMe } from '../../../testing/people.ts'

const silent = createLogger({ service: 'test', level: 'silent' })

export interface ShownSession {
  id: string
  device: string
  ip: string | null
  created_at: string
  last_used_at: string
  current: boolean
}

export const sessionOf = (signedIn: SignedIn) => String(decodeJwt(accessOf(signedIn))['sid'])

export const loginFrom = async ({ call }: AuthApp, login: string, headers: Record<string, string>) => {
  const answer = await call('post', '/login', { body: { login, password }, headers })
  return answer.body as SignedIn
}

export const shown = async ({ call }: AuthApp, token: string, path = '/sessions') => {
  const { status, body } = await call('get', path, { token })
  if (status !== 200) throw new Error(`${path} answered ${status}`)
  return (body as { sessions: ShownSession[] }).sessions
}

/** Puts sessions beside those of real logins; their ids. */
export const addSessions = async (
  { database: { query, tables }, clock }: AuthApp,
  userId: number,
  details: readonly Partial<Session>[],
) => {
  const now = clock()
  const hour = new Date(now.getTime() + 3_600_000)
  const fresh = { createdAt: now, lastUsedAt: now, issuedAt: now, expiresAt: hour, refreshExpiresAt: hour }
  const rows = details.map((each) => newSession(userId, { ...fresh, ...each }))
  await query.insert(tables.sessions).values(rows)
  return rows.map(({ id }) => id)
}

/** Accounts that nobody has a password for; their ids. */
export const addAccounts = async ({ database, clock }: AuthApp, logins: readonly string[]) => {
  const transact = createTransact({ database, clock, logger: silent })
  return transact(nowhere, async ({ accounts }) => {
    const ids: number[] = []
    for (const login of logins) ids.push((await accounts.insert(newAccount(login)))?.id ?? 0)
    return ids
  })
}

/** In the order of their versions. */
export const eventsOf = async (
  { database: { query, tables } }: AuthApp,
  userId: number,
  type: AccountEventType,
) => {
  const { outbox } = tables
  return query
    .select()
    .from(outbox)
    .where(and(eq(outbox.aggregateId, userId), eq(outbox.type, type)))
    .orderBy(asc(outbox.aggregateVersion))
}

export const revokedSessionsOf = async (app: AuthApp, userId: number) =>
  (await eventsOf(app, userId, 'Session Revoke')).flatMap(({ payload }) =>
    payload.event_type === 'Session Revoke' ? [payload.session_id] : [],
  )

export const auditOf = async (
  { database: { query, tables } }: AuthApp,
  userId: number,
  action: AuditAction,
) => {
  const { auditLog } = tables
  return query
    .select()
    .from(auditLog)
    .where(and(eq(auditLog.userId, userId), eq(auditLog.action, action)))
    .orderBy(asc(auditLog.id))
}

/** What its two tokens are answered with: at `/me` and when it is refreshed. */
export const statusesOf = async (app: AuthApp, signedIn: SignedIn) => [
  await statusOfMe(app, accessOf(signedIn)),
  (await refresh(app, refreshOf(signedIn))).status,
]
