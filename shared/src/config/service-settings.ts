import { logLevels } from '../logging/logger.ts'
import {
  oneOf,
  port,
  samplePasswordIn,
  type Setting,
  type SettingValues,
  text,
  urlOf,
  wholeNumber,
} from './setting.ts'

interface ServiceDefaults {
  port: number
  databaseFile: string
}

/** The settings that every service has. */
export const serviceSettings = ({ port: defaultPort, databaseFile }: ServiceDefaults) =>
  ({
    NODE_ENV: {
      schema: oneOf('development', 'production', 'test'),
      description:
        'In `production` nothing falls back to an embedded default and migrations are a job of their own.',
      default: 'development',
    },
    HOST: {
      schema: text(),
      description: 'Address to listen on. Containers need `0.0.0.0`.',
      default: '127.0.0.1',
    },
    PORT: {
      schema: port(),
      description: 'Port to listen on; 0 takes a free one.',
      default: String(defaultPort),
    },
    LOG_LEVEL: {
      schema: oneOf(...logLevels),
      description: 'Least important level that is logged.',
      default: 'info',
    },
    DATABASE_URL: {
      schema: urlOf('sqlite', 'postgres', 'postgresql'),
      description:
        'Database of this service alone: `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME`.',
      default: `sqlite:./data/${databaseFile}`,
      requiredInProduction: true,
      productionFault: samplePasswordIn,
    },
    RABBITMQ_URL: {
      schema: urlOf('amqp', 'amqps'),
      description: 'Message broker. Not set: the embedded bus in `BUS_FILE`.',
      example: 'amqp://USER:PASSWORD@HOST:5672/',
      requiredInProduction: true,
      productionFault: samplePasswordIn,
    },
    BUS_FILE: {
      schema: text(),
      description: 'File of the embedded bus, the same for both services. Unused when `RABBITMQ_URL` is set.',
      default: './data/bus.db',
    },
    TRUSTED_PROXY_HOPS: {
      schema: wholeNumber(0, 10),
      description:
        'How many proxies in front of the service may name the client address; the gateway is one.',
      default: '1',
    },
    STOP_DEADLINE_SECONDS: {
      schema: wholeNumber(1, 300),
      description: 'How long a stopping service waits for requests in flight.',
      default: '10',
    },
  }) as const satisfies Record<string, Setting<unknown>>

/** The same, under the names the code uses. */
export const serviceConfig = (values: SettingValues<ReturnType<typeof serviceSettings>>) => ({
  host: values.HOST,
  port: values.PORT,
  logLevel: values.LOG_LEVEL,
  databaseUrl: values.DATABASE_URL,
  rabbitmqUrl: values.RABBITMQ_URL,
  busFile: values.BUS_FILE,
  trustedProxyHops: values.TRUSTED_PROXY_HOPS,
  stopDeadlineSeconds: values.STOP_DEADLINE_SECONDS,
  migrateAtStart: values.NODE_ENV !== 'production',
})

export type ServiceConfig = ReturnType<typeof serviceConfig>
