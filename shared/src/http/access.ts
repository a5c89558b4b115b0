import type { Permission } from '../access/permissions.ts'
import type { ErrorCode } from '../errors/codes.ts'
import type { Principal } from '../tokens/principal.ts'

/**
 * Who may call a route, the one decision that the guard, the OpenAPI document and the gateway follow.
 * - `anyone`: nobody is asked for anything
 * - `signed in`: a valid access token
 * - `signed in, even if expired`: the same, but its time may be over; for signing out
 * - `service`: another part of the deployment, by the service credential
 * - `roles`: a valid access token whose holder has one of these
 * - `permission`: a valid access token whose holder has it, by any role
 */
export type Access =
  | 'anyone'
  | 'signed in'
  | 'signed in, even if expired'
  | 'service'
  | { roles: readonly [string, ...string[]] }
  | { permission: Permission }

/** In one line of a declaration: `access: requireRole('admin', 'support')`. */
export const requireRole = (...roles: [string, ...string[]]) => ({ roles }) as const

/** In one line of a declaration: `access: requirePermission('users:read')`. */
export const requirePermission = (permission: Permission) => ({ permission }) as const

/** What a handler learns of its caller: nothing where nobody had to say who they are. */
export type CallerOf<RouteAccess extends Access, Caller> = RouteAccess extends 'anyone' | 'service'
  ? undefined
  : Caller

/** Everything a guard can refuse a request with. */
export const accessErrors = (access: Access): readonly ErrorCode[] => {
  if (access === 'anyone') return []
  if (access === 'service') return ['wrong_credentials']
  const always = ['token_missing', 'token_invalid', 'token_revoked', 'unavailable'] as const
  if (access === 'signed in, even if expired') return always
  return access === 'signed in' ? [...always, 'token_expired'] : [...always, 'token_expired', 'not_allowed']
}

export interface Guard<Caller = Principal> {
  /** Who calls; throws the 401, 403 or 503 that the route answers instead. */
  admit(
    access: Exclude<Access, 'anyone'>,
    request: { header(name: string): string | undefined },
  ): Promise<Caller | undefined>
}
