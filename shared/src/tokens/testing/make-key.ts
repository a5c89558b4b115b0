import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import type { TokenAlgorithm, VerificationKey } from '../keys.ts'

export interface TestKey extends VerificationKey {
  /** What signs; of HS256 the same as `key`. */
  signingKey: KeyObject
  /** As a key set publishes it, were it one to publish. */
  jwk: Record<string, unknown>
}

const curves: Partial<Record<TokenAlgorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

export const makeKey = (
  algorithm: TokenAlgorithm = 'RS256',
  { kid = randomUUID(), rsaBits = 2048 }: { kid?: string; rsaBits?: number } = {},
): TestKey => {
  const { key, signingKey } = makeKeyObjects(algorithm, rsaBits)
  const jwk = { ...key.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }
  return { kid, algorithm, key, signingKey, jwk }
}

const makeKeyObjects = (algorithm: TokenAlgorithm, rsaBits: number) => {
  if (algorithm === 'HS256') {
    const key = createSecretKey(randomBytes(48))
    return { key, signingKey: key }
  }
  const namedCurve = curves[algorithm]
  const { publicKey, privateKey } = namedCurve
    ? generateKeyPairSync('ec', { namedCurve })
    : generateKeyPairSync('rsa', { modulusLength: rsaBits })
  return { key: publicKey, signingKey: privateKey }
}
