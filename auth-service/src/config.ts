import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { serviceConfig, serviceSettings } from '@accounts/shared/config/service-settings'
import { type Setting, text } from '@accounts/shared/config/setting'

export const authSettings = {
  ...serviceSettings({ port: 8000, databaseFile: 'auth.db' }),
  JWT_PRIVATE_KEY: {
    schema: text(),
    description: 'Private key that signs tokens, PEM: RSA of at least 2048 bits (RS256) or EC P-256 (ES256).',
    requiredInProduction: true,
  },
  DEVELOPMENT_KEY_FILE: {
    schema: text(),
    description:
      'Where the development key is made at the first start and kept. Unused when `JWT_PRIVATE_KEY` is set.',
    default: './data/development-key.pem',
  },
} as const satisfies Record<string, Setting<unknown>>

export const readConfig = (environment: Environment = process.env) => {
  const values = readSettings(authSettings, environment)
  return Object.freeze({
    ...serviceConfig(values),
    privateKeyPem: values.JWT_PRIVATE_KEY,
    developmentKeyFile: values.DEVELOPMENT_KEY_FILE,
  })
}

export type Config = ReturnType<typeof readConfig>
