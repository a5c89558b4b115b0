import type { KeyObject } from 'node:crypto'

/** Asymmetric ones are signed by auth-service alone; HS256 is for clients of a system that shares a secret. */
export const tokenAlgorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'HS256',
] as const

export type TokenAlgorithm = (typeof tokenAlgorithms)[number]

/** A key that verifies, bound to its one algorithm: what a token's own header claims decides nothing. */
export interface VerificationKey {
  kid: string
  algorithm: TokenAlgorithm
  key: KeyObject
}

export interface VerificationKeys {
  /** `undefined`: no key of this name, so a token that names it is not ours. */
  find(kid: string): VerificationKey | undefined | Promise<VerificationKey | undefined>
}

export const leastRsaBits = 2048

export const curveOf: Partial<Record<TokenAlgorithm, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}

/** Whether a key of a pair is of the kind and the strength that the algorithm needs. A shared secret never is. */
export const fitsAlgorithm = (
  { asymmetricKeyType, asymmetricKeyDetails }: KeyObject,
  algorithm: TokenAlgorithm,
): boolean => {
  const curve = curveOf[algorithm]
  if (curve) return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === curve
  if (algorithm === 'HS256') return false
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= leastRsaBits
}
