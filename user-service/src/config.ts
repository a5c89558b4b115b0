import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { serviceConfig, serviceSettings } from '@accounts/shared/config/service-settings'
import { type Setting, urlOf } from '@accounts/shared/config/setting'
import { tokenSettings } from '@accounts/shared/config/token-settings'

export const userSettings = {
  ...serviceSettings({ port: 8001, databaseFile: 'user.db' }),
  ...tokenSettings,
  JWKS_URL: {
    schema: urlOf('http', 'https'),
    description: 'Where auth-service publishes the keys that verify tokens.',
    default: 'http://127.0.0.1:8000/.well-known/jwks.json',
    requiredInProduction: { unlessSet: ['JWT_SECRET'] },
  },
} as const satisfies Record<string, Setting<unknown>>

export const readConfig = (environment: Environment = process.env) => {
  const values = readSettings(userSettings, environment)
  return Object.freeze({
    ...serviceConfig(values),
    issuer: values.JWT_ISSUER,
    audience: values.JWT_AUDIENCE,
    jwksUrl: values.JWKS_URL,
    sharedSecret: values.JWT_SECRET,
  })
}

export type Config = ReturnType<typeof readConfig>
