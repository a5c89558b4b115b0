import type { RequestListener } from 'node:http'
import type { Logger } from '@accounts/shared/logging/logger'
import { startServer } from '@accounts/shared/http/server'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Telemetry } from './configuration-modules.ts'

interface Measurement {
  method: string
  /** The pattern of the endpoint, or the status where there is none. */
  route: string
  status: number
  seconds: number
}

const knownMethods = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']

/** How long requests take, under the name that KrakenD's exporter gives it. */
export const createGatewayMetrics = () => {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const duration = new Histogram({
    name: 'http_server_request_duration_seconds',
    help: 'Duration of HTTP server requests.',
    labelNames: ['http_request_method', 'url_scheme', 'http_route', 'http_response_status_code'],
    buckets: [
      0.01, 0.02, 0.05, 0.075, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.35, 0.5, 0.75, 1, 1.5, 2, 3.5, 5,
      10,
    ],
    registers: [registry],
  })
  return {
    registry,
    observe: ({ method, route, status, seconds }: Measurement) =>
      duration.observe(
        {
          http_request_method: knownMethods.includes(method) ? method : '_OTHER',
          url_scheme: 'http',
          http_route: route,
          http_response_status_code: String(status),
        },
        seconds,
      ),
  }
}

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>

interface ExporterNeeds {
  metrics: GatewayMetrics
  telemetry: Telemetry
  logger: Logger
}

/** Tells them on a port of their own. Where it is taken the gateway runs without, as KrakenD does. */
export const startExporter = async ({ metrics: { registry }, telemetry, logger }: ExporterNeeds) => {
  const [{ host, port }] = telemetry.exporters.prometheus
  const listener: RequestListener = (request, response) => {
    if (request.url !== '/metrics') {
      response.writeHead(404).end()
      return
    }
    void registry
      .metrics()
      .then((text) => response.writeHead(200, { 'Content-Type': registry.contentType }).end(text))
  }
  try {
    const server = await startServer({ listener, host, port, stopDeadlineSeconds: 1 })
    return async () => server.stop()
  } catch (error) {
    logger.warn({ err: error }, 'no metrics: their port is taken')
    return async () => {}
  }
}
