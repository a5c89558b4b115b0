import { readSettings } from '@accounts/shared/config/read-settings'
import { openDatabase } from '@accounts/shared/database/open'
import { createLogger } from '@accounts/shared/logging/logger'
import { writeKeyFile } from './adapters/crypto/key-file.ts'
import { generateSigningKey } from './adapters/crypto/key-material.ts'
import { createKeyRing } from './adapters/crypto/key-ring.ts'
import { loadSigningKeys } from './adapters/crypto/signing-keys.ts'
import { defineTables } from './adapters/database/tables.ts'
import { createTransact } from './adapters/database/transact.ts'
import { authSettings, readConfig } from './config.ts'
import { type AuditEntry, nowhere } from './domain/audit.ts'
import { rotationByHand } from './features/keys/by-hand.ts'
import { createKeysCommand, type KeysUseCases } from './features/keys/command.ts'
import { createGenerateKey } from './features/keys/generate-key.ts'
import { createRetireKey } from './features/keys/retire-key.ts'
import { createRotateKeys } from './features/keys/rotate-keys.ts'

const clock = () => new Date()

/** Not the whole configuration: a first key is made before that can be complete. */
const settingOf = <Name extends keyof typeof authSettings>(name: Name) =>
  readSettings({ [name]: authSettings[name] } as Pick<typeof authSettings, Name>, process.env)[name]

const audit = async (entry: AuditEntry) => {
  const url = settingOf('DATABASE_URL')
  const logger = createLogger({
    service: 'auth-service',
    level: settingOf('LOG_LEVEL'),
    destination: process.stderr,
  })
  const database = await openDatabase({ url, defineTables, applicationName: 'keys' })
  try {
    await createTransact({ database, clock, logger })(nowhere, async (store) => store.audit.add(entry))
  } finally {
    await database.close()
  }
}

const openRing = () => {
  const config = readConfig()
  const tokenLifetimeSeconds = Math.max(config.accessTtlSeconds, config.refreshTtlSeconds)
  const byHand = rotationByHand({
    algorithm: config.jwtAlgorithm,
    privateKeyPem: config.privateKeyPem,
    tokenLifetimeSeconds,
  })
  if (byHand !== undefined) throw new Error(byHand)
  if (config.keyRingFile === undefined) throw new Error('KEY_RING is not set: it names the file of the keys')
  return { ring: createKeyRing({ file: config.keyRingFile }), config, tokenLifetimeSeconds }
}

const useCases: KeysUseCases = {
  listKeys: async () => {
    const config = readConfig()
    const keys = await loadSigningKeys({
      algorithm: config.jwtAlgorithm,
      privateKeyPem: config.privateKeyPem,
      secret: config.jwtSecret,
      keyRingFile: config.keyRingFile,
      mayCreate: false,
      clock,
    })
    keys.close()
    return keys.describe()
  },
  generateKey: async ({ algorithm = settingOf('JWT_ALGORITHM'), out, offline }) =>
    createGenerateKey({
      generateKey: generateSigningKey,
      save: writeKeyFile,
      audit: offline ? async () => {} : audit,
    })(algorithm, out),
  rotateKeys: async (options) => {
    const { ring, config, tokenLifetimeSeconds } = openRing()
    const algorithm = config.jwtAlgorithm
    const needs = { ring, generateKey: generateSigningKey, algorithm, tokenLifetimeSeconds, audit, clock }
    return createRotateKeys(needs)(options)
  },
  retireKey: async (kid, options) => createRetireKey({ ring: openRing().ring, audit, clock })(kid, options),
}

const run = createKeysCommand({
  withUseCases: async (work) => work(useCases),
  print: (text) => void process.stdout.write(text),
  warn: (text) => void process.stderr.write(text),
})

process.exitCode = await run(process.argv.slice(2))
