import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'
import type { Logger } from '../logging/logger.ts'
import { identityFacts, type RequestIdentity } from '../logging/request-identity.ts'
import type { Metrics } from './metrics.ts'

declare global {
  namespace Express {
    interface Request {
      identity: RequestIdentity & { requestId: string }
    }
  }
}

const acceptableId = /^[\w.:-]{8,128}$/
// An id of zeros means none.
const traceContext = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** Gives every request an identity (the caller's, if it looks like one), one log line and one measurement. */
export const createRequestLog =
  ({ logger, metrics }: { logger: Logger; metrics: Metrics }): RequestHandler =>
  (request, response, next) => {
    const identity = identify(request)
    request.identity = identity
    const startedAt = performance.now()

    response.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000
      const route = typeof request.route?.path === 'string' ? request.route.path : 'unmatched'
      const { statusCode: status } = response
      const { method, ip } = request
      metrics.observeRequest({ method, route, status, seconds })
      const { request_id, trace_id } = identityFacts(identity)
      const milliseconds = Math.round(seconds * 1e6) / 1000
      const facts = { request_id, trace_id, method, route, status, duration_ms: milliseconds, ip }
      const level = route.startsWith('/health') || route === '/metrics' ? 'debug' : 'info'
      if (response.writableFinished) logger[level](facts, 'request')
      else logger.info(facts, 'request aborted by the client')
    })
    next()
  }

const identify = (request: Request) => {
  const given = request.header('x-request-id')
  const trace = request.header('traceparent')
  return {
    requestId: given !== undefined && acceptableId.test(given) ? given : randomUUID(),
    traceparent: trace !== undefined && traceContext.test(trace) ? trace : undefined,
  }
}
