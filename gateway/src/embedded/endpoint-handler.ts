import type { IncomingMessage } from 'node:http'
import type { Logger } from '@accounts/shared/logging/logger'
import { createCircuitBreaker } from './circuit-breaker.ts'
import type { Configuration, Endpoint } from './configuration.ts'
import { type Reply, sendEmpty, sendNoAnswer } from './own-answers.ts'
import type { createProxy } from './proxy.ts'
import { createRateLimit } from './rate-limit.ts'
import { fillPattern, filterQuery, hasControlCharacter } from './request-target.ts'
import { createTokenChecks } from './token-check.ts'

interface HandlersNeeds {
  configuration: Configuration
  proxy: ReturnType<typeof createProxy>
  logger: Logger
}

interface EndpointRequest {
  request: IncomingMessage
  reply: Reply
  parameters: ReadonlyMap<string, string>
  /** As it came. */
  query: string
  clientAddress: string
}

const sweepMilliseconds = 60_000

/** What the modules of an endpoint make of a request before a service sees it, in KrakenD's order. */
export const createEndpointHandlers = ({ configuration, proxy, logger }: HandlersNeeds) => {
  const tokenChecks = createTokenChecks({ logger })
  const limits: ReturnType<typeof createRateLimit>[] = []
  const sweep = setInterval(() => limits.forEach((limit) => limit.sweep()), sweepMilliseconds).unref()

  const create = (endpoint: Endpoint) => {
    const { 'auth/validator': tokenSettings, 'qos/ratelimit/router': limitSettings } =
      endpoint.extra_config ?? {}
    const checkToken = tokenSettings && tokenChecks.create(tokenSettings)
    const limit = limitSettings && createRateLimit(limitSettings)
    if (limit) limits.push(limit)
    const breaker = createBreaker(endpoint, logger)

    const pass = async ({ request, reply, parameters, query, clientAddress }: EndpointRequest) => {
      const checked = await checkToken?.(request)
      if (checked?.passed === false) return sendEmpty(reply, checked.status)
      const overwritten = checked?.headers ?? new Map<string, string>()
      const header = (name: string) => overwritten.get(name) ?? request.headersDistinct[name]?.[0] ?? ''
      const client =
        limitSettings?.key === undefined ? clientAddress : header(limitSettings.key.toLowerCase())
      if (limit?.allow(client) === false) return sendEmpty(reply, 429)
      if ([...parameters.values()].some(hasControlCharacter)) return sendNoAnswer(reply)
      const attempt = breaker.attempt()
      if (attempt === undefined) return sendNoAnswer(reply)

      const passedQuery = filterQuery(query, endpoint.input_query_strings ?? [])
      const passedPath = fillPattern(endpoint.backend[0].url_pattern, parameters)
      const target = passedQuery === '' ? passedPath : `${passedPath}?${passedQuery}`
      const timeoutMilliseconds = configuration.timeout
      proxy.forward({
        endpoint,
        target,
        timeoutMilliseconds,
        request,
        reply,
        overwritten,
        clientAddress,
        attempt,
      })
    }

    return (asked: EndpointRequest) => {
      pass(asked).catch((error: unknown) => {
        logger.error({ err: error, endpoint: endpoint.endpoint }, 'failed')
        sendNoAnswer(asked.reply)
      })
    }
  }

  return {
    handlers: configuration.endpoints.map((endpoint) => ({
      method: endpoint.method as string,
      endpoint: endpoint.endpoint,
      handle: create(endpoint),
    })),
    close: () => {
      clearInterval(sweep)
      tokenChecks.close()
    },
  }
}

// Where none is declared, one that never opens.
const none = { name: '', interval: 60, timeout: 1, max_errors: Infinity }

const createBreaker = ({ backend: [backend] }: Endpoint, logger: Logger) => {
  const settings = backend.extra_config?.['qos/circuit-breaker'] ?? none
  const onChange = (from: string, to: string) =>
    logger.warn({ breaker: settings.name, from, to }, 'circuit breaker changed')
  return createCircuitBreaker({ settings, onChange })
}
