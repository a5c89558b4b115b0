import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { serviceConfig, serviceSettings } from '@accounts/shared/config/service-settings'
import { shortSecret, type Setting, text, urlOf, wholeNumber } from '@accounts/shared/config/setting'
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
  EVENTS_STALE_SECONDS: {
    schema: wholeNumber(0, 86_400),
    description:
      'How long the link to the events may be down before auth-service is asked about every token; 0: it never is.',
    default: '10',
  },
  INTROSPECT_URL: {
    schema: urlOf('http', 'https'),
    description: 'Where auth-service is asked about a token.',
    default: 'http://127.0.0.1:8000/introspect',
    requiredInProduction: true,
  },
  SERVICE_SECRET: {
    schema: text(),
    description:
      'Password that the parts of the deployment show each other (HTTP Basic, any user name). The same everywhere.',
    default: 'development-only',
    requiredInProduction: true,
    productionFault: shortSecret,
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
    staleSeconds: values.EVENTS_STALE_SECONDS,
    introspectUrl: values.INTROSPECT_URL,
    serviceSecret: values.SERVICE_SECRET,
  })
}

export type Config = ReturnType<typeof readConfig>
