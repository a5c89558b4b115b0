import { randomUUID } from 'node:crypto'
import type { RequestHandler } from 'express'
import type { Logger } from '../logging/logger.ts'
import { withRequestId } from '../logging/request-context.ts'
import type { Metrics } from './metrics.ts'

const acceptableId = /^[\w.:-]{8,128}$/
// An id of zeros means none.
const traceContext = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/

/** Gives every request an id (the caller's, if it looks like one), one log line and one measurement. */
export const createRequestLog =
  ({ logger, metrics }: { logger: Logger; metrics: Metrics }): RequestHandler =>
  (request, response, next) => {
    const given = request.header('x-request-id')
    const requestId = given !== undefined && acceptableId.test(given) ? given : randomUUID()
    const trace = request.header('traceparent')
    const traceparent = trace !== undefined && traceContext.test(trace) ? trace : undefined
    const startedAt = performance.now()

    const log = () => {
      response.once('close', () => {
        const seconds = (performance.now() - startedAt) / 1000
        const route = typeof request.route?.path === 'string' ? request.route.path : 'unmatched'
        const { statusCode: status } = response
        metrics.observeRequest({ method: request.method, route, status, seconds })
        const milliseconds = Math.round(seconds * 1e6) / 1000
        const facts = { method: request.method, route, status, duration_ms: milliseconds, ip: request.ip }
        const level = route.startsWith('/health') || route === '/metrics' ? 'debug' : 'info'
        if (response.writableFinished) logger[level](facts, 'request')
        else logger.info(facts, 'request aborted by the client')
      })
      next()
    }
    withRequestId(requestId, log, traceparent)
  }
