import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Logger } from '@accounts/shared/logging/logger'
import { createClientAddress } from './client-address.ts'
import type { Configuration } from './configuration.ts'
import { createCors, securityHeadersOf } from './edge-headers.ts'
import type { createEndpointHandlers } from './endpoint-handler.ts'
import type { GatewayMetrics } from './metrics.ts'
import { sendEmpty, sendError, sendHealth, sendText } from './own-answers.ts'
import { decodePath, parameterFault } from './request-target.ts'
import { createRouter } from './router.ts'

interface ListenerNeeds {
  configuration: Configuration
  endpoints: ReturnType<typeof createEndpointHandlers>
  metrics: GatewayMetrics
  logger: Logger
}

const healthPath = '/__health'

/** What happens to a request, in KrakenD's order and with KrakenD's own answers. */
export const createRequestListener = ({
  configuration,
  endpoints,
  metrics,
  logger,
}: ListenerNeeds): RequestListener => {
  const health = { method: 'GET', endpoint: healthPath, handle: null }
  const router = createRouter([health, ...endpoints.handlers])
  const {
    router: settings,
    'security/cors': corsSettings,
    'security/http': security,
  } = configuration.extra_config
  const cors = createCors(corsSettings)
  const securityHeaders = securityHeadersOf(security)
  const clientAddressOf = createClientAddress(settings.trusted_proxies)

  const note = (request: IncomingMessage, response: ServerResponse, endpoint?: string) => {
    const startedAt = performance.now()
    const cut = setTimeout(() => response.destroy(), configuration.write_timeout)
    response.once('close', () => {
      clearTimeout(cut)
      const { method = '' } = request
      const { statusCode: status, statusMessage } = response
      const milliseconds = Math.round((performance.now() - startedAt) * 1000) / 1000
      if (endpoint !== healthPath) {
        const route = endpoint ?? `${status} ${statusMessage}`
        metrics.observe({ method, route, status, seconds: milliseconds / 1000 })
      }
      const level = endpoint === healthPath ? 'debug' : 'info'
      const facts = { method, endpoint: endpoint ?? 'unmatched', status, duration_ms: milliseconds }
      if (response.writableFinished) logger[level](facts, 'request')
      else logger.info(facts, 'request not answered to its end')
    })
  }

  return (request, response) => {
    const [rawPath = '', ...query] = (request.url ?? '').split('?')
    const path = decodePath(rawPath)
    if (path === null) {
      note(request, response)
      return sendText({ response: response.setHeader('Connection', 'close'), edge: [] }, '400 Bad Request')
    }
    if (cors.isPreflight(request)) {
      note(request, response)
      return sendEmpty({ response, edge: cors.ofPreflight(request) }, 204)
    }

    const match = router.find(request.method ?? '', path)
    note(request, response, match.found === 'route' ? match.route.endpoint : undefined)
    const bare = { response, edge: cors.ofAnswer(request) }
    const reply = { response, edge: [...bare.edge, ...securityHeaders] }
    if (match.found === 'nothing') return sendError(reply, 404, settings.error_body[404])
    if (match.found === 'other methods')
      return sendError(reply, 405, settings.error_body[405], ['Allow', match.allowed.join(', ')])
    if (match.route.handle === null) return sendHealth(bare)

    const fault = [...match.parameters.values()].map(parameterFault).find((text) => text !== null)
    if (fault !== undefined) return sendText(bare, fault)
    return match.route.handle({
      request,
      reply,
      parameters: match.parameters,
      query: query.join('?'),
      clientAddress: clientAddressOf(request),
    })
  }
}
