/** A public key as RFC 7517 writes it. */
export interface PublicKey {
  kty: string
  kid: string
  alg: string
  use: 'sig'
  [member: string]: unknown
}

/** The keys that tokens are signed with; only their public halves leave. */
export interface SigningKeys {
  publicKeys(): { keys: PublicKey[] }
}
