/** Who a valid access token speaks for. */
export interface Principal {
  userId: number
  displayName: string
  sessionId: string
  tokenId: string
  /** The main one of `roles`. */
  role: string
  roles: readonly string[]
  permissions: readonly string[]
  /** Grows with every change that has to end older access tokens. */
  securityVersion: number
  issuedAt: Date
  expiresAt: Date
}
