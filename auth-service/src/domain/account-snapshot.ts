import type { Account } from './account.ts'

/** The event that says all of an account at once: it takes the place of events that were lost. */
export const snapshotOf = ({ id, displayName, isActive, securityVersion }: Account) => ({
  event_type: 'Account Snapshot' as const,
  auth_id: id,
  display_name: displayName,
  is_active: isActive,
  ver: securityVersion,
})
