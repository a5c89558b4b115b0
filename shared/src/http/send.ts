import type { Response } from 'express'
import { currentRequestId } from '../logging/request-context.ts'

/** What helmet sets, as it sets it. Handed over in one piece, since setting a dozen headers one by one is dear. */
export const securityHeaders = {
  'Content-Security-Policy': "default-src 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
} as const

interface Answer {
  status: number
  headers?: Record<string, string> | undefined
  contentType?: string
  body?: unknown
}

/** The one way in which a route, or an error, is answered. Nobody may keep it unless it says so. */
export const send = (
  response: Response,
  { status, headers, contentType = 'application/json', body }: Answer,
) => {
  const common = {
    ...securityHeaders,
    'X-Request-Id': currentRequestId(),
    'Cache-Control': 'no-store',
  }
  if (body === undefined) {
    response.writeHead(status, { ...common, ...headers }).end()
    return
  }
  const text = JSON.stringify(body)
  response
    .writeHead(status, {
      ...common,
      'Content-Type': `${contentType}; charset=utf-8`,
      'Content-Length': Buffer.byteLength(text),
      ...headers,
    })
    .end(text)
}
