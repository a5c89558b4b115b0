import { z } from 'zod'

const authId = z.int().positive().describe('The account. auth-service calls it the id of a user.')
const displayName = z.string().describe('The name to show.')
const securityVersion = z.int().positive().describe('Access tokens with a lower `ver` are dead.')

// Strict, because this is what is published. Whoever consumes reads them with room for members of later versions.
export const accountEvents = {
  Register: z
    .strictObject({
      event_type: z.literal('Register'),
      auth_id: authId,
      display_name: displayName,
    })
    .describe('An account has been made.'),
  'Account Deactivate': z
    .strictObject({
      event_type: z.literal('Account Deactivate'),
      auth_id: authId,
      is_active: z.literal(false).describe('An account that is not active has no valid token.'),
    })
    .describe('An account has been deactivated, by its owner or by an administrator.'),
  'Account Reactivate': z
    .strictObject({
      event_type: z.literal('Account Reactivate'),
      auth_id: authId,
      is_active: z.literal(true).describe('Tokens from before it was deactivated stay dead.'),
      ver: securityVersion,
    })
    .describe('A deactivated account has been activated again, by an administrator.'),
  'Password Change': z
    .strictObject({
      event_type: z.literal('Password Change'),
      auth_id: authId,
      ver: securityVersion,
    })
    .describe('A password has been changed. Every access token of an older version is dead.'),
  'Session Revoke': z
    .strictObject({
      event_type: z.literal('Session Revoke'),
      auth_id: authId,
      session_id: z.string().describe('What its tokens carry as `sid`.'),
      expires_at: z.iso.datetime().describe('After it none of its tokens is valid anyway.'),
    })
    .describe('A session has been ended. Every token of it is dead.'),
  'Sessions Revoke': z
    .strictObject({
      event_type: z.literal('Sessions Revoke'),
      auth_id: authId,
      ver: securityVersion,
    })
    .describe(
      'Every session of an account has been ended by an administrator. Older access tokens are dead.',
    ),
  'Roles Change': z
    .strictObject({
      event_type: z.literal('Roles Change'),
      auth_id: authId,
      roles: z.array(z.string()).describe('All that the account has now, sorted; everybody has `user`.'),
      ver: securityVersion,
    })
    .describe(
      'An account has other roles, or its roles permit something else. Older access tokens are dead.',
    ),
  'Account Snapshot': z
    .strictObject({
      event_type: z.literal('Account Snapshot'),
      auth_id: authId,
      display_name: displayName,
      is_active: z.boolean().describe('An account that is not active has no valid token.'),
      ver: securityVersion,
    })
    .describe('All that the events before it have led to: what repairs a consumer that has missed some.'),
} as const

export type AccountEventType = keyof typeof accountEvents

export type AccountEvent = z.output<(typeof accountEvents)[AccountEventType]>

/** What a consumer binds its queue to. */
export const routingKeys = {
  Register: 'account.registered',
  'Account Deactivate': 'account.deactivated',
  'Account Reactivate': 'account.reactivated',
  'Password Change': 'account.password_changed',
  'Session Revoke': 'account.session_revoked',
  'Sessions Revoke': 'account.sessions_revoked',
  'Roles Change': 'account.roles_changed',
  'Account Snapshot': 'account.snapshot',
} as const satisfies Record<AccountEventType, string>
