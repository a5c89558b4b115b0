import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type ECKeyPairOptions,
  generateKeyPairSync,
  type KeyObject,
  type RSAKeyPairOptions,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import type { TokenAlgorithm, VerificationKey } from '../keys.ts'

export interface TestKey extends VerificationKey {
  /** What signs; of HS256 the same as `key`. */
  signingKey: KeyObject
  /** As a key set publishes it, were it one to publish. */
  jwk: Record<string, unknown>
}

const curves: Partial<Record<TokenAlgorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

// Made as text and read again: on Node 20 a process can hang while it exports a key as a JWK, if what generated the key, and
// holds the same lock, is collected as garbage meanwhile.
const asText: Pick<
  ECKeyPairOptions<'pem', 'pem'> & RSAKeyPairOptions<'pem', 'pem'>,
  'publicKeyEncoding' | 'privateKeyEncoding'
> = {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
}

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
  const pem = namedCurve
    ? generateKeyPairSync('ec', { namedCurve, ...asText }).privateKey
    : generateKeyPairSync('rsa', { modulusLength: rsaBits, ...asText }).privateKey
  const signingKey = createPrivateKey(pem)
  return { key: createPublicKey(signingKey), signingKey }
}
