/** Where a request came from, for people who look after it later. */
export interface Origin {
  ip: string | undefined
  userAgent: string | undefined
}

export const originOf = (request: {
  header(name: string): string | undefined
  ip: string | undefined
}): Origin => ({ ip: request.ip, userAgent: request.header('user-agent') })

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
  ip?: string | undefined
  details?: Readonly<Record<string, string | number | boolean>> | undefined
}
