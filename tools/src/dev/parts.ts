import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '@accounts/shared/config/read-settings'
import type { PartDefinition } from './part.ts'
import type { SystemConfig } from './settings.ts'

interface PartsNeeds {
  config: SystemConfig
  environment: Environment
  /** Not given: the embedded gateway. */
  krakendBinary: string | undefined
}

const node = (...rest: string[]): [string, ...string[]] => [
  process.execPath,
  '--import',
  'tsx',
  '--import',
  './tools/src/dev/leash.ts',
  '--conditions=@accounts/source',
  ...rest,
]

/** A secret that is shared can't be published, so a gateway that takes its keys from a key set could check nothing. */
export const declarationFor = (environment: Environment) =>
  environment['JWT_ALGORITHM'] === 'HS256' ? 'gateway/krakend-shared-secret.json' : 'gateway/krakend.json'

// Where the development servers of most frontends listen.
const developmentOrigins = 'http://localhost:3000,http://localhost:5173'

const authEnvironment = ({ config, environment }: Omit<PartsNeeds, 'krakendBinary'>) => ({
  ...environment,
  HOST: '127.0.0.1',
  PORT: String(config.authPort),
  DATABASE_URL: config.authDatabaseUrl,
  BUS_FILE: join(config.dataFolder, 'bus.db'),
  ...(isKeyGiven(environment) ? {} : { KEY_RING: join(config.dataFolder, 'keys.json') }),
  // Read by Node itself when the process starts.
  UV_THREADPOOL_SIZE: environment['UV_THREADPOOL_SIZE'] || String(availableParallelism()),
})

const isKeyGiven = (environment: Environment) =>
  ['JWT_PRIVATE_KEY', 'KEY_RING'].some((name) => environment[name] || environment[`${name}_FILE`])

const userEnvironment = ({ config, environment }: Omit<PartsNeeds, 'krakendBinary'>) => ({
  ...environment,
  HOST: '127.0.0.1',
  PORT: String(config.userPort),
  DATABASE_URL: config.userDatabaseUrl,
  JWKS_URL: `http://127.0.0.1:${config.authPort}/.well-known/jwks.json`,
  INTROSPECT_URL: `http://127.0.0.1:${config.authPort}/introspect`,
  BUS_FILE: join(config.dataFolder, 'bus.db'),
})

export const gatewayEnvironment = ({ config, environment }: Omit<PartsNeeds, 'krakendBinary'>) => ({
  // KrakenD takes any variable with its prefix for a setting that overrides the declaration.
  ...Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('KRAKEND_'))),
  AUTH_SERVICE_URL: `http://127.0.0.1:${config.authPort}`,
  USER_SERVICE_URL: `http://127.0.0.1:${config.userPort}`,
  CORS_ORIGINS: environment['CORS_ORIGINS'] || developmentOrigins,
  FC_ENABLE: '1',
  USAGE_DISABLE: '1',
})

const listening = (portVariable: string, port: number, healthPath: string) => ({
  portVariable,
  port,
  host: '127.0.0.1',
  healthUrl: `http://127.0.0.1:${port}${healthPath}`,
})

export const defineParts = (needs: PartsNeeds): PartDefinition[] => [
  {
    name: 'auth-service',
    ...listening('AUTH_PORT', needs.config.authPort, '/health/ready'),
    command: node('auth-service/src/main.ts'),
    environment: authEnvironment(needs),
    watched: ['auth-service/src', 'shared/src'],
  },
  {
    name: 'user-service',
    ...listening('USER_PORT', needs.config.userPort, '/health/ready'),
    command: node('user-service/src/main.ts'),
    environment: userEnvironment(needs),
    watched: ['user-service/src', 'shared/src'],
  },
  {
    name: 'gateway',
    ...listening('GATEWAY_PORT', needs.config.gatewayPort, '/__health'),
    // KrakenD listens on all addresses.
    ...(needs.krakendBinary !== undefined && { host: '0.0.0.0' }),
    command: gatewayCommand(needs),
    environment: gatewayEnvironment(needs),
    watched: [
      declarationFor(needs.environment),
      ...(needs.krakendBinary === undefined ? ['gateway/src'] : []),
    ],
  },
]

const gatewayCommand = ({ config, environment, krakendBinary }: PartsNeeds) => {
  const options = ['-c', declarationFor(environment), '-p', String(config.gatewayPort)]
  return krakendBinary === undefined
    ? node('gateway/src/embedded/main.ts', ...options)
    : node('tools/src/dev/leashed.ts', krakendBinary, 'run', ...options)
}
