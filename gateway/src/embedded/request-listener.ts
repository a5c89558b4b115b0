import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Logger } from '@accounts/shared/logging/logger'
import type { Configuration } from './configuration.ts'
import { sendError, sendHealth, sendNoAnswer, sendText } from './own-answers.ts'
import type { createProxy } from './proxy.ts'
import {
  decodePath,
  fillPattern,
  filterQuery,
  hasControlCharacter,
  parameterFault,
} from './request-target.ts'
import { createRouter } from './router.ts'

interface ListenerNeeds {
  configuration: Configuration
  proxy: ReturnType<typeof createProxy>
  logger: Logger
}

const healthPath = '/__health'

/** What happens to a request, in KrakenD's order and with KrakenD's own answers. */
export const createRequestListener = ({ configuration, proxy, logger }: ListenerNeeds): RequestListener => {
  const health = { method: 'GET', endpoint: healthPath, backend: null }
  const router = createRouter([health, ...configuration.endpoints])
  const errorBodies = configuration.extra_config.router.error_body

  return (request, response) => {
    const [rawPath = '', ...query] = (request.url ?? '').split('?')
    const path = decodePath(rawPath)
    if (path === null) {
      logRequest(logger, request, response, 'malformed')
      return sendText(response.setHeader('Connection', 'close'), '400 Bad Request')
    }

    const match = router.find(request.method ?? '', path)
    logRequest(logger, request, response, match.found === 'route' ? match.route.endpoint : 'unmatched')
    if (match.found === 'nothing') return sendError(response, 404, errorBodies[404])
    if (match.found === 'other methods')
      return sendError(response, 405, errorBodies[405], ['Allow', match.allowed.join(', ')])
    if (match.route.backend === null) return sendHealth(response)

    const values = [...match.parameters.values()]
    const fault = values.map(parameterFault).find((text) => text !== null)
    if (fault !== undefined) return sendText(response, fault)
    if (values.some(hasControlCharacter)) return sendNoAnswer(response)

    const endpoint = match.route
    const passedQuery = filterQuery(query.join('?'), endpoint.input_query_strings ?? [])
    const passedPath = fillPattern(endpoint.backend[0].url_pattern, match.parameters)
    const target = passedQuery === '' ? passedPath : `${passedPath}?${passedQuery}`
    proxy.forward({ endpoint, target, timeoutMilliseconds: configuration.timeout, request, response })
  }
}

const logRequest = (logger: Logger, request: IncomingMessage, response: ServerResponse, endpoint: string) => {
  const startedAt = performance.now()
  response.once('close', () => {
    const milliseconds = Math.round((performance.now() - startedAt) * 1000) / 1000
    const facts = { method: request.method, endpoint, status: response.statusCode, duration_ms: milliseconds }
    const level = endpoint === healthPath ? 'debug' : 'info'
    if (response.writableFinished) logger[level](facts, 'request')
    else logger.info(facts, 'request not answered to its end')
  })
}
