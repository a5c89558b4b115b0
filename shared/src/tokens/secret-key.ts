import { createHmac, createSecretKey } from 'node:crypto'
import { StartError } from '../errors/start-error.ts'
import type { VerificationKey } from './keys.ts'

const leastBytes = 32
const leastDistinctCharacters = 10

// What stands in documentation and examples, without capitals and punctuation.
const sampleWords = [
  'supersecret',
  'secretkey',
  'yoursecret',
  'jwtsecret',
  'stringsecret',
  'bitsecret',
  'changeme',
  'min32char',
  'atleast32',
  'developmentonly',
]

/** HS256, for clients of a system that shares a secret: the same key signs and verifies. */
export const readSecretKey = (secret: string | undefined): VerificationKey => {
  const fault = secret === undefined ? 'is not set' : faultOf(secret)
  if (secret === undefined || fault)
    throw new StartError(
      `JWT_ALGORITHM=HS256 signs with JWT_SECRET, which ${fault}: set a random one ("openssl rand -base64 48")`,
    )
  // A token lets whoever holds it try secrets anyway; a hash under the secret itself tells them nothing more.
  const kid = createHmac('sha256', secret).update('kid').digest('base64url').slice(0, 22)
  return { kid, algorithm: 'HS256', key: createSecretKey(secret, 'utf8') }
}

const faultOf = (secret: string) => {
  if (Buffer.byteLength(secret) < leastBytes) return `is shorter than ${leastBytes} bytes`
  const plain = secret.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (sampleWords.some((word) => plain.includes(word))) return 'holds a sample secret that everybody knows'
  if (new Set(secret).size < leastDistinctCharacters) return 'has too few different characters'
  return undefined
}
