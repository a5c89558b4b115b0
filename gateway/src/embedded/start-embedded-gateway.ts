import type { ServerOptions } from 'node:http'
import type { Environment } from '@accounts/shared/config/read-settings'
import { StartError } from '@accounts/shared/errors/start-error'
import { startServer } from '@accounts/shared/http/server'
import { createLogger, type Logger } from '@accounts/shared/logging/logger'
import type { Configuration } from './configuration.ts'
import { createEndpointHandlers } from './endpoint-handler.ts'
import { createGatewayMetrics, startExporter } from './metrics.ts'
import { createProxy } from './proxy.ts'
import { readConfiguration } from './read-configuration.ts'
import { createRequestListener } from './request-listener.ts'

interface EmbeddedGatewayNeeds {
  /** The text of `krakend.json`. */
  text: string
  /** What messages call the text. */
  file?: string
  /** Where the text's {{ env `NAME` }} calls look. */
  environment: Environment
  host?: string
  /** Instead of the port in the text; 0 takes a free one. */
  port?: number | undefined
  /** Instead of one with the level in the text. */
  logger?: Logger
}

const levels = { DEBUG: 'debug', INFO: 'info', WARNING: 'warn', ERROR: 'error', CRITICAL: 'fatal' } as const

export const startEmbeddedGateway = async ({
  text,
  file = 'krakend.json',
  environment,
  host = '127.0.0.1',
  port,
  logger: given,
}: EmbeddedGatewayNeeds) => {
  const configuration = inFile(file, () => readConfiguration(text, environment))
  const logger = given ?? createGatewayLogger(configuration)
  const stopDeadlineSeconds = configuration.max_shutdown_wait_time / 1000
  const proxy = createProxy({ logger })
  const metrics = createGatewayMetrics()
  const endpoints = createEndpointHandlers({ configuration, proxy, logger })
  const listener = inFile(file, () => createRequestListener({ configuration, endpoints, metrics, logger }))
  const server = await listen({
    listener,
    options: serverOptions(configuration),
    host,
    port: port ?? configuration.port,
    stopDeadlineSeconds,
  })
  const telemetry = configuration.extra_config['telemetry/opentelemetry']
  const stopExporter = await startExporter({ metrics, telemetry, logger })
  logger.info(
    { engine: 'embedded gateway', url: server.url, endpoints: configuration.endpoints.length },
    'listening',
  )

  return {
    url: server.url,
    logger,
    stopDeadlineSeconds,
    close: async () => {
      await server.stop()
      endpoints.close()
      proxy.close()
      await stopExporter()
    },
  }
}

const serverOptions = (configuration: Configuration): ServerOptions => ({
  headersTimeout: configuration.read_header_timeout,
  requestTimeout: configuration.read_timeout,
  keepAliveTimeout: configuration.idle_timeout,
  maxHeaderSize: configuration.max_header_bytes,
  // How often Node looks whose time is over.
  connectionsCheckingInterval: 500,
})

const inFile = <Result>(file: string, read: () => Result): Result => {
  try {
    return read()
  } catch (cause) {
    if (!(cause instanceof StartError)) throw cause
    throw new StartError(`${file}: ${cause.message}`, { cause })
  }
}

const listen: typeof startServer = async (needs) => {
  try {
    return await startServer(needs)
  } catch (cause) {
    const inUse = cause instanceof StartError && (cause.cause as NodeJS.ErrnoException).code === 'EADDRINUSE'
    if (!inUse) throw cause
    const advice = 'stop the program that has it or give another with -p'
    throw new StartError(`port ${needs.port} is in use: ${advice}`, { cause })
  }
}

const createGatewayLogger = ({ extra_config }: Configuration) =>
  createLogger({ service: 'gateway', level: levels[extra_config['telemetry/logging'].level] })
