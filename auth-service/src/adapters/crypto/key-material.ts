import { createPublicKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type TokenAlgorithm, tokenAlgorithms } from '@accounts/shared/tokens/keys'
import { calculateJwkThumbprint } from 'jose'
import type { SigningKey } from '../../ports.ts'

export const keyPairAlgorithms = tokenAlgorithms.filter((algorithm) => algorithm !== 'HS256')

const curves: Partial<Record<TokenAlgorithm, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}

const leastRsaBits = 2048

export const whatFits = `RSA of ${leastRsaBits} bits or more for RS* and PS*, EC P-256 for ES256, P-384 for ES384, P-521 for ES512`

const fits = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, algorithm: TokenAlgorithm) => {
  const curve = curves[algorithm]
  if (curve) return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === curve
  return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= leastRsaBits
}

/** `undefined`: no token can be signed with such a key. */
export const algorithmOf = (key: KeyObject, preferred: TokenAlgorithm): TokenAlgorithm | undefined =>
  [preferred, ...keyPairAlgorithms].find((algorithm) => fits(key, algorithm))

export const publicJwk = (key: KeyObject): JsonWebKey => createPublicKey(key).export({ format: 'jwk' })

/** Named by its content (RFC 7638), so that everybody gives it the same name. */
export const nameKeyPair = async (key: KeyObject) => {
  const { kty = '', ...members } = publicJwk(key)
  return calculateJwkThumbprint({ kty, ...members })
}

export const generateSigningKey = async (algorithm: TokenAlgorithm): Promise<SigningKey> => {
  const namedCurve = curves[algorithm]
  const { privateKey } = namedCurve
    ? await promisify(generateKeyPair)('ec', { namedCurve })
    : await promisify(generateKeyPair)('rsa', { modulusLength: leastRsaBits })
  return { kid: await nameKeyPair(privateKey), algorithm, key: privateKey }
}
