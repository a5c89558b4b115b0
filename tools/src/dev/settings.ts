import { existsSync } from 'node:fs'
import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { oneOf, type Setting, text, urlOf, wholeNumber } from '@accounts/shared/config/setting'

/** The settings of the whole system: `pnpm dev` and the compose files hand them on to the parts. */
export const systemSettings = {
  GATEWAY_PORT: { schema: wholeNumber(1, 65_535), description: 'Port of the gateway.', default: '8080' },
  AUTH_PORT: { schema: wholeNumber(1, 65_535), description: 'Port of auth-service.', default: '8000' },
  USER_PORT: { schema: wholeNumber(1, 65_535), description: 'Port of user-service.', default: '8001' },
  DATA_FOLDER: {
    schema: text(),
    description: 'Where `pnpm dev` keeps SQLite files, the embedded bus and the development key.',
    default: './data',
  },
  AUTH_DATABASE_URL: {
    schema: urlOf('sqlite', 'postgres', 'postgresql'),
    description: 'Database of auth-service (its `DATABASE_URL`). Not set: `auth.db` in the data folder.',
    example: 'postgres://USER:PASSWORD@HOST:5432/auth',
  },
  USER_DATABASE_URL: {
    schema: urlOf('sqlite', 'postgres', 'postgresql'),
    description: 'Database of user-service (its `DATABASE_URL`). Not set: `user.db` in the data folder.',
    example: 'postgres://USER:PASSWORD@HOST:5432/user',
  },
  GATEWAY: {
    schema: oneOf('auto', 'krakend', 'embedded'),
    description: 'Gateway of `pnpm dev`: KrakenD, the embedded one, or KrakenD if there is a binary.',
    default: 'auto',
  },
  KRAKEND_BIN: {
    schema: text(),
    description: 'Path of a KrakenD binary. Not set: `krakend` on PATH.',
    example: '/usr/local/bin/krakend',
  },
} as const satisfies Record<string, Setting<unknown>>

/** The environment with what the file `.env` adds; a variable that is set wins over the file. */
export const loadEnvironment = (): Environment => {
  if (existsSync('.env')) process.loadEnvFile('.env')
  return process.env
}

export const readSystemConfig = (environment: Environment) => {
  const values = readSettings(systemSettings, environment)
  return {
    gatewayPort: values.GATEWAY_PORT,
    authPort: values.AUTH_PORT,
    userPort: values.USER_PORT,
    dataFolder: values.DATA_FOLDER,
    authDatabaseUrl: values.AUTH_DATABASE_URL ?? `sqlite:${values.DATA_FOLDER}/auth.db`,
    userDatabaseUrl: values.USER_DATABASE_URL ?? `sqlite:${values.DATA_FOLDER}/user.db`,
    gateway: values.GATEWAY,
    krakendBinary: values.KRAKEND_BIN,
  }
}

export type SystemConfig = ReturnType<typeof readSystemConfig>
