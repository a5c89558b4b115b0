import type { ErrorRequestHandler, Response } from 'express'
import { type ErrorCode, errorCodes } from '../errors/codes.ts'
import { ServiceError } from '../errors/service-error.ts'
import type { Logger } from '../logging/logger.ts'
import { identityFacts } from '../logging/request-identity.ts'
import { send } from './send.ts'

const defaultRetryAfterSeconds = '5'

/** The one place where an error becomes an answer (RFC 9457), and where an unexpected one is logged. */
export const createProblemHandler =
  ({ logger }: { logger: Logger }): ErrorRequestHandler =>
  (error, request, response, _next) => {
    const known = asServiceError(error)
    if (known.code === 'internal_error')
      logger.error({ ...identityFacts(request.identity), err: error }, 'request failed')
    if (response.headersSent) {
      response.destroy()
      return
    }
    sendProblem(response, known)
  }

const sendProblem = (response: Response, { code, detail, errors, headers }: ServiceError) => {
  const { status, title } = errorCodes[code]
  send(response, {
    status,
    headers: { ...defaultHeaders(code), ...headers },
    contentType: 'application/problem+json',
    body: {
      type: `urn:problem:${code}`,
      title,
      status,
      ...(detail !== undefined && { detail }),
      code,
      request_id: response.req.identity.requestId,
      ...(errors !== undefined && { errors }),
    },
  })
}

const defaultHeaders = (code: ErrorCode): Record<string, string> => {
  const { status } = errorCodes[code]
  if (status === 503) return { 'Retry-After': defaultRetryAfterSeconds }
  if (status !== 401) return {}
  // RFC 6750, 3.1: no reason is given to who has not even tried.
  const isToken = ['token_invalid', 'token_expired', 'token_revoked'].includes(code)
  return { 'WWW-Authenticate': `Bearer realm="accounts"${isToken ? ', error="invalid_token"' : ''}` }
}

const parserCodes: Record<string, ErrorCode> = {
  'entity.too.large': 'body_too_large',
  'encoding.unsupported': 'unsupported_media_type',
}

/** Express and its body reader mark what the client did wrong with a 4xx status; everything else is our own fault. */
const asServiceError = (error: unknown): ServiceError => {
  if (error instanceof ServiceError) return error
  const { status, type } = error as { status?: unknown; type?: unknown }
  if (typeof status !== 'number' || status < 400 || status > 499) return new ServiceError('internal_error')
  return new ServiceError((typeof type === 'string' && parserCodes[type]) || 'malformed_request')
}
