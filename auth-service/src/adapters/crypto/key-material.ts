import { createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import {
  curveOf,
  fitsAlgorithm,
  leastRsaBits,
  type TokenAlgorithm,
  tokenAlgorithms,
} from '@accounts/shared/tokens/keys'
import { calculateJwkThumbprint } from 'jose'
import type { SigningKey } from '../../ports.ts'

export const keyPairAlgorithms = tokenAlgorithms.filter((algorithm) => algorithm !== 'HS256')

export const whatFits = `RSA of ${leastRsaBits} bits or more for RS* and PS*, EC P-256 for ES256, P-384 for ES384, P-521 for ES512`

/** `undefined`: no token can be signed with such a key. */
export const algorithmOf = (key: KeyObject, preferred: TokenAlgorithm): TokenAlgorithm | undefined =>
  [preferred, ...keyPairAlgorithms].find((algorithm) => fitsAlgorithm(key, algorithm))

export const publicJwk = (key: KeyObject): JsonWebKey => createPublicKey(key).export({ format: 'jwk' })

/** Named by its content (RFC 7638), so that everybody gives it the same name. */
export const nameKeyPair = async (key: KeyObject) => {
  const { kty = '', ...members } = publicJwk(key)
  return calculateJwkThumbprint({ kty, ...members })
}

export const generateSigningKey = async (algorithm: TokenAlgorithm): Promise<SigningKey> => {
  const namedCurve = curveOf[algorithm]
  const { privateKey } = namedCurve
    ? await promisify(generateKeyPair)('ec', { namedCurve })
    : await promisify(generateKeyPair)('rsa', { modulusLength: leastRsaBits })
  return { kid: await nameKeyPair(privateKey), algorithm, key: privateKey }
}
