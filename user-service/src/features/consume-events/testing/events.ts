import type { AccountEvent } from '@accounts/shared/events/account-events'

/** Of one account, in few words. */
export const eventsOf = (authId: number) => ({
  register: (name = 'John Doe'): AccountEvent => ({
    event_type: 'Register',
    auth_id: authId,
    display_name: name,
  }),
  deactivate: (): AccountEvent => ({ event_type: 'Account Deactivate', auth_id: authId, is_active: false }),
  changePassword: (ver: number): AccountEvent => ({ event_type: 'Password Change', auth_id: authId, ver }),
  reactivate: (ver: number): AccountEvent => ({
    event_type: 'Account Reactivate',
    auth_id: authId,
    is_active: true,
    ver,
  }),
  endSessions: (ver: number): AccountEvent => ({ event_type: 'Sessions Revoke', auth_id: authId, ver }),
  changeRoles: (roles: string[], ver: number): AccountEvent => ({
    event_type: 'Roles Change',
    auth_id: authId,
    roles,
    ver,
  }),
  endSession: (sessionId: string): AccountEvent => ({
    event_type: 'Session Revoke',
    auth_id: authId,
    session_id: sessionId,
    expires_at: '2026-01-02T04:00:00.000Z',
  }),
  snapshot: (name: string, isActive: boolean, ver: number): AccountEvent => ({
    event_type: 'Account Snapshot',
    auth_id: authId,
    display_name: name,
    is_active: isActive,
    ver,
  }),
})
