import { createPrivateKey, type KeyObject } from 'node:crypto'
import { StartError } from '@accounts/shared/errors/start-error'
import { z } from 'zod'
import type { RingKey } from '../../ports.ts'
import { algorithmOf, keyPairAlgorithms, nameKeyPair, whatFits } from './key-material.ts'

const mostKeys = 64

const instant = z.iso.datetime().transform((text) => new Date(text))

const ringSchema = z.strictObject({
  version: z.literal(1),
  keys: z
    .array(
      z.strictObject({
        kid: z.string(),
        alg: z.enum(keyPairAlgorithms),
        private_key: z.string(),
        created_at: instant,
        signs_from: instant,
        retires_at: instant.nullable(),
      }),
    )
    .max(mostKeys),
})

/** Faults are told by place, never by content: the file holds private keys. */
export const parseRing = async (text: string, file: string): Promise<RingKey[]> => {
  const fault = (what: string) => new StartError(`the key ring ${file} cannot be used: ${what}`)
  const parsed = ringSchema.safeParse(parseJson(text))
  if (!parsed.success) {
    const places = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`)
    throw fault(places.join('; '))
  }
  const keys = await Promise.all(
    parsed.data.keys.map(async (entry, index): Promise<RingKey> => {
      const key = parsePrivateKey(entry.private_key)
      if (!key) throw fault(`keys.${index}.private_key is no private key in PEM`)
      if (algorithmOf(key, entry.alg) !== entry.alg)
        throw fault(`keys.${index} does not fit its alg: ${whatFits}`)
      if ((await nameKeyPair(key)) !== entry.kid)
        throw fault(`keys.${index}.kid is not the thumbprint of its key`)
      return {
        kid: entry.kid,
        algorithm: entry.alg,
        key,
        createdAt: entry.created_at,
        signsFrom: entry.signs_from,
        retiresAt: entry.retires_at,
      }
    }),
  )
  if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw fault('a key is in it twice')
  // So there is a key to sign with at any time.
  if (keys.every(({ retiresAt }) => retiresAt !== null))
    throw fault('it has no key that stays (retires_at null)')
  return keys
}

export const formatRing = (keys: readonly RingKey[]): string => {
  const entries: z.input<typeof ringSchema>['keys'] = keys.map((key) => ({
    kid: key.kid,
    alg: key.algorithm as (typeof keyPairAlgorithms)[number],
    private_key: key.key.export({ type: 'pkcs8', format: 'pem' }) as string,
    created_at: key.createdAt.toISOString(),
    signs_from: key.signsFrom.toISOString(),
    retires_at: key.retiresAt?.toISOString() ?? null,
  }))
  return `${JSON.stringify({ version: 1, keys: entries }, null, 2)}\n`
}

/** The parser's own message would quote what it read. */
const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const parsePrivateKey = (pem: string): KeyObject | undefined => {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
