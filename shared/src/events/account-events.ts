import { z } from 'zod'

/** An account's id; `auth_id` everywhere outside of auth-service. */
const authId = z.int().positive()
const securityVersion = z.int().positive()

// Strict, because this is what is published. Whoever consumes reads them with room for members of later versions.
export const accountEvents = {
  Register: z.strictObject({
    event_type: z.literal('Register'),
    auth_id: authId,
    display_name: z.string(),
  }),
  'Account Deactivate': z.strictObject({
    event_type: z.literal('Account Deactivate'),
    auth_id: authId,
    is_active: z.literal(false),
  }),
  /** Every access token of an older version is dead. */
  'Password Change': z.strictObject({
    event_type: z.literal('Password Change'),
    auth_id: authId,
    ver: securityVersion,
  }),
  /** Every token of the session is dead; after `expires_at` none of them is left. */
  'Session Revoke': z.strictObject({
    event_type: z.literal('Session Revoke'),
    auth_id: authId,
    session_id: z.string(),
    expires_at: z.iso.datetime(),
  }),
  /** All that the events before it have led to: what repairs a consumer that has missed some. */
  'Account Snapshot': z.strictObject({
    event_type: z.literal('Account Snapshot'),
    auth_id: authId,
    display_name: z.string(),
    is_active: z.boolean(),
    ver: securityVersion,
  }),
} as const

export type AccountEventType = keyof typeof accountEvents

export type AccountEvent = z.output<(typeof accountEvents)[AccountEventType]>

/** What a consumer binds its queue to. */
export const routingKeys = {
  Register: 'account.registered',
  'Account Deactivate': 'account.deactivated',
  'Password Change': 'account.password_changed',
  'Session Revoke': 'account.session_revoked',
  'Account Snapshot': 'account.snapshot',
} as const satisfies Record<AccountEventType, string>
