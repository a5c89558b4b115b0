import { z } from 'zod'

/** An account's id; `auth_id` everywhere outside of auth-service. */
const authId = z.int().positive()

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
    ver: z.int().positive(),
  }),
  /** Every token of the session is dead; after `expires_at` none of them is left. */
  'Session Revoke': z.strictObject({
    event_type: z.literal('Session Revoke'),
    auth_id: authId,
    session_id: z.string(),
    expires_at: z.iso.datetime(),
  }),
} as const

export type AccountEventType = keyof typeof accountEvents

export type AccountEvent = z.output<(typeof accountEvents)[AccountEventType]>
