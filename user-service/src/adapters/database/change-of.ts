import type { AccountEvent } from '@accounts/shared/events/account-events'
import type { Change } from '../../domain/account-state.ts'

/** Events in the words of the domain. */
export const changeOf = (event: AccountEvent, version: number): Change => {
  switch (event.event_type) {
    case 'Register':
      return { version, isWhole: false, displayName: event.display_name }
    case 'Account Deactivate':
      return { version, isWhole: false, isActive: event.is_active }
    case 'Account Reactivate':
      return { version, isWhole: false, isActive: event.is_active, securityVersion: event.ver }
    case 'Password Change':
    case 'Sessions Revoke':
    case 'Roles Change':
      return { version, isWhole: false, securityVersion: event.ver }
    case 'Session Revoke':
      return {
        version,
        isWhole: false,
        endedSession: { sessionId: event.session_id, expiresAt: new Date(event.expires_at) },
      }
    case 'Account Snapshot':
      return {
        version,
        isWhole: true,
        displayName: event.display_name,
        isActive: event.is_active,
        securityVersion: event.ver,
      }
    default:
      return event satisfies never
  }
}
