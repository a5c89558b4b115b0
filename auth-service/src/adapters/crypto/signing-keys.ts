import { stat } from 'node:fs/promises'
import { StartError } from '@accounts/shared/errors/start-error'
import type { Logger } from '@accounts/shared/logging/logger'
import type { TokenAlgorithm } from '@accounts/shared/tokens/keys'
import { readSecretKey } from '@accounts/shared/tokens/secret-key'
import type { Clock, RingKey, SigningKey } from '../../ports.ts'
import { generateSigningKey } from './key-material.ts'
import { createKeyRing } from './key-ring.ts'
import { createKeySet, type KeySet } from './key-set.ts'
import { readPemKeys } from './pem-keys.ts'

interface SigningKeysNeeds {
  algorithm: TokenAlgorithm
  privateKeyPem: string | undefined
  secret: string | undefined
  keyRingFile: string | undefined
  /** Whether a ring that does not exist is made: in development only. */
  mayCreate: boolean
  clock: Clock
  logger?: Logger
  pollMilliseconds?: number
}

export interface LoadedKeys extends KeySet {
  /** Reads a ring that has changed; otherwise done every second. */
  reload(): Promise<void>
  close(): void
}

/** HS256: the secret. Else JWT_PRIVATE_KEY where it is set, else the ring, which may change while it is used. */
export const loadSigningKeys = async (needs: SigningKeysNeeds): Promise<LoadedKeys> => {
  const { algorithm, privateKeyPem, secret, keyRingFile, clock } = needs
  if (algorithm === 'HS256') return createGivenKeys([readSecretKey(secret)], clock)
  if (privateKeyPem !== undefined) return createGivenKeys(await readPemKeys(privateKeyPem, algorithm), clock)
  if (keyRingFile !== undefined) return createRingKeys({ ...needs, file: keyRingFile })
  throw new StartError(
    'there is no key to sign with: set JWT_PRIVATE_KEY (made by "keys generate") or KEY_RING',
  )
}

const createGivenKeys = (keys: readonly SigningKey[], clock: Clock): LoadedKeys => ({
  ...createKeySet(
    keys.map((key) => ({ ...key, createdAt: null, signsFrom: null, retiresAt: null })),
    clock,
  ),
  reload: async () => {},
  close: () => {},
})

const createRingKeys = async ({
  file,
  algorithm,
  mayCreate,
  clock,
  logger,
  pollMilliseconds = 1_000,
}: SigningKeysNeeds & { file: string }): Promise<LoadedKeys> => {
  const ring = createKeyRing({ file })
  const read = async () => {
    // Before the keys: what changes while they are read is noticed the next time.
    const version = await versionOf(file)
    return { version, keys: await ring.read() }
  }
  let { version, keys } = await read()
  if (keys === null && mayCreate) {
    await createFirstKey(file, algorithm, clock)
    ;({ version, keys } = await read())
    logger?.info({ file }, 'key ring made')
  }
  if (keys === null) throw missing(file)

  let set = createKeySet(keys, clock)
  const { kid, algorithm: used } = set.current()
  if (used !== algorithm)
    logger?.warn({ kid, algorithm: used, configured: algorithm }, 'the next rotation changes the algorithm')

  let fault: string | undefined
  const reload = async () => {
    try {
      if ((await versionOf(file)) === version) return
      const now = await read()
      if (now.keys === null) throw missing(file)
      set = createKeySet(now.keys, clock)
      version = now.version
      fault = undefined
      logger?.info(
        { kid: set.current().kid, published: set.publicKeys().keys.length },
        'signing keys changed',
      )
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      if (message !== fault)
        logger?.error({ err: error }, 'the key ring cannot be read, its former keys stay in use')
      fault = message
    }
  }
  const timer = setInterval(() => void reload(), pollMilliseconds).unref()
  return {
    current: () => set.current(),
    find: (name) => set.find(name),
    publicKeys: () => set.publicKeys(),
    describe: () => set.describe(),
    reload,
    close: () => clearInterval(timer),
  }
}

/** Several processes may start at once: the first one's key is everybody's. */
const createFirstKey = async (file: string, algorithm: TokenAlgorithm, clock: Clock) => {
  const key = await generateSigningKey(algorithm)
  const now = clock()
  const first: RingKey = { ...key, createdAt: now, signsFrom: now, retiresAt: null }
  await createKeyRing({ file }).change((keys) => ({
    keys: keys.length > 0 ? keys : [first],
    result: undefined,
  }))
}

/** Also changes with the owner and the mode; a mended file is tried again. */
const versionOf = async (file: string) => {
  const { ino, ctimeMs, size } = (await stat(file).catch(() => null)) ?? { ino: 0, ctimeMs: 0, size: 0 }
  return `${ino} ${ctimeMs} ${size}`
}

const missing = (file: string) =>
  new StartError(`the key ring ${file} does not exist: make it with "keys rotate", or set JWT_PRIVATE_KEY`)
