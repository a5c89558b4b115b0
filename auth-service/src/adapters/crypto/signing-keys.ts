import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { StartError } from '@accounts/shared/errors/start-error'
import { calculateJwkThumbprint, exportJWK } from 'jose'
import type { SigningKeys } from '../../ports.ts'

interface KeyNeeds {
  privateKeyPem: string | undefined
  developmentKeyFile: string
}

const leastRsaBits = 2048

export const loadSigningKeys = async ({
  privateKeyPem,
  developmentKeyFile,
}: KeyNeeds): Promise<SigningKeys> => {
  const pem = privateKeyPem ?? (await readOrMakeDevelopmentKey(developmentKeyFile))
  const origin = privateKeyPem === undefined ? developmentKeyFile : 'JWT_PRIVATE_KEY'
  const key = parsePrivateKey(pem, origin)
  const { kty, alg } = kindOf(key, origin)
  const jwk = await exportJWK(createPublicKey(key))
  // The thumbprint names the key by its content (RFC 7638), so every replica gives it the same name.
  const kid = await calculateJwkThumbprint(jwk)
  const keySet = { keys: [{ ...jwk, kty, kid, alg, use: 'sig' as const }] }
  return { publicKeys: () => keySet }
}

const parsePrivateKey = (pem: string, origin: string) => {
  try {
    return createPrivateKey(pem)
  } catch {
    throw new StartError(`${origin} holds no private key in PEM: make one with "openssl genrsa 2048"`)
  }
}

const kindOf = ({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, origin: string) => {
  if (asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= leastRsaBits)
    return { kty: 'RSA', alg: 'RS256' }
  if (asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return { kty: 'EC', alg: 'ES256' }
  throw new StartError(
    `${origin} holds a key that cannot be used: it has to be RSA of 2048 bits or more, or EC P-256`,
  )
}

const readOrMakeDevelopmentKey = async (file: string): Promise<string> => {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw unusableFile(file, error)
  }
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: leastRsaBits })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' })
    return pem
  } catch (error) {
    // Another process was quicker: there is one key, and it is theirs.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readFile(file, 'utf8')
    throw unusableFile(file, error)
  }
}

const unusableFile = (file: string, cause: unknown) =>
  new StartError(
    `the development key ${file} cannot be used (${(cause as NodeJS.ErrnoException).code}): ` +
      'give this user the right to write there or set DEVELOPMENT_KEY_FILE',
    { cause },
  )
