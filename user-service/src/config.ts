import { type Environment, readSettings } from '@accounts/shared/config/read-settings'
import { serviceConfig, serviceSettings } from '@accounts/shared/config/service-settings'

export const userSettings = serviceSettings({ port: 8001, databaseFile: 'user.db' })

export const readConfig = (environment: Environment = process.env) =>
  Object.freeze(serviceConfig(readSettings(userSettings, environment)))

export type Config = ReturnType<typeof readConfig>
