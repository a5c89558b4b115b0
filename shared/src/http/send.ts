import type { IncomingMessage } from 'node:http'
import type { Response } from 'express'

/** Those of the security headers that the gateway writes on every answer that passes it, its own among them. */
export const edgeHeaders = {
  'Content-Security-Policy': "default-src 'none'",
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'SAMEORIGIN',
} as const

const otherHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
} as const

/** What helmet sets, as it sets it. Handed over in one piece, since setting a dozen headers one by one is dear. */
export const securityHeaders = { ...edgeHeaders, ...otherHeaders } as const

// KrakenD adds its headers to ours, so that each would be there twice. Who only claims to be it has that of it.
const isBehindGateway = ({ headers }: IncomingMessage) =>
  String(headers['x-forwarded-via'] ?? headers['user-agent']).startsWith('KrakenD ')

// Name after name, each followed by its value, is what Node writes fastest.
const linesOf = (headers: Readonly<Record<string, string>>) => Object.entries(headers).flat()
const directLines = linesOf(securityHeaders)
const behindGatewayLines = linesOf(otherHeaders)

interface Answer {
  status: number
  /** None of those that are written anyway, or they would be there twice; `Cache-Control` replaces the usual one. */
  headers?: Record<string, string> | undefined
  contentType?: string
  body?: unknown
}

/** The one way in which a route, or an error, is answered. Nobody may keep it unless it says so. */
export const send = (
  response: Response,
  { status, headers, contentType = 'application/json', body }: Answer,
) => {
  const lines: string[] = [
    ...(isBehindGateway(response.req) ? behindGatewayLines : directLines),
    'X-Request-Id',
    response.req.identity.requestId,
  ]
  if (headers) lines.push(...linesOf(headers))
  if (headers?.['Cache-Control'] === undefined) lines.push('Cache-Control', 'no-store')
  if (body === undefined) {
    response.writeHead(status, lines).end()
    return
  }
  const text = JSON.stringify(body)
  lines.push('Content-Type', `${contentType}; charset=utf-8`)
  lines.push('Content-Length', String(Buffer.byteLength(text)))
  response.writeHead(status, lines).end(text)
}
