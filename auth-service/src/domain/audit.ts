/** The request that something was done for, so that people who look after it later find it. */
export interface Origin {
  ip?: string | undefined
  userAgent?: string | undefined
  requestId?: string | undefined
  traceparent?: string | undefined
}

export const originOf = (request: {
  header(name: string): string | undefined
  ip: string | undefined
  identity: Pick<Origin, 'requestId' | 'traceparent'>
}): Origin => ({ ...request.identity, ip: request.ip, userAgent: request.header('user-agent') })

/** No request: a command, or a job of the service's own. */
export const nowhere: Origin = {}

export type AuditAction =
  | 'registered'
  | 'login'
  | 'login refused'
  | 'logout'
  | 'refresh refused'
  | 'refresh theft'
  | 'password changed'
  | 'password change refused'
  | 'account deactivated'
  | 'account reactivated'
  | 'role created'
  | 'role changed'
  | 'role deleted'
  | 'roles assigned'
  | 'session ended'
  | 'sessions ended'
  | 'everyone signed out'
  | 'key generated'
  | 'key rotated'
  | 'key retired'
  | 'event replayed'
  | 'events replayed'
  | 'event discarded'
  | 'events republished'
  | 'account repaired'

/** One thing that happened. Never holds a password, a token, or a login as it was typed. */
export interface AuditEntry {
  action: AuditAction
  reason?: string | undefined
  /** The account it happened to, where it is known. */
  userId?: number | undefined
  /** The account that did it, where that is somebody else. */
  actorId?: number | undefined
  sessionId?: string | undefined
  details?: Readonly<Record<string, string | number | boolean>> | undefined
}
