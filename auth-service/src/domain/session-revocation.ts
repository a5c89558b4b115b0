import type { TokenIssuer } from './token-issuer.ts'

/** The event that tells of one session's end. */
export const revocationOf = (userId: number, sessionId: string, issuer: TokenIssuer) => ({
  event_type: 'Session Revoke' as const,
  auth_id: userId,
  session_id: sessionId,
  expires_at: issuer.lastAccessEnd().toISOString(),
})
