import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http'
import type { RawHeaders } from './edge-headers.ts'

/** How the gateway names itself to services, in the place where KrakenD puts its version. */
const agentName = 'KrakenD Version embedded'

// Of one connection only (RFC 9110, 7.6.1): they never say anything about the message that is passed on.
const hopByHop = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

interface RequestHeadersNeeds {
  request: IncomingMessage
  listed: readonly string[]
  /** What the gateway knows better than the client. */
  overwritten: ReadonlyMap<string, string>
  clientAddress: string
}

/** The headers of a request to a service: the listed ones, and what the gateway itself says of the client. */
export const requestHeaders = ({
  request,
  listed,
  overwritten,
  clientAddress,
}: RequestHeadersNeeds): OutgoingHttpHeaders => {
  const headers: OutgoingHttpHeaders = {}
  for (const name of listed.map((header) => header.toLowerCase())) {
    const values = overwritten.get(name) ?? request.headersDistinct[name]
    if (values !== undefined && !hopByHop.includes(name)) headers[name] = values
  }
  if (headers['user-agent'] === undefined) headers['user-agent'] = agentName
  else headers['x-forwarded-via'] = agentName
  headers['x-forwarded-for'] = clientAddress
  headers['x-forwarded-host'] = request.headers.host ?? ''
  // Left to itself Node sends the body of a GET or DELETE without any framing.
  if (hasBody(request) && headers['content-length'] === undefined) headers['transfer-encoding'] = 'chunked'
  return headers
}

export const hasBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** What KrakenD says of itself in every answer that has to do with an endpoint. */
export const gatewayHeaders = ['X-Krakend', 'Version undefined', 'X-Krakend-Completed', 'false']

/** The headers of an answer, names and values in turn: duplicates such as Set-Cookie stay apart. */
export const answerHeaders = (answer: IncomingMessage, edge: RawHeaders): string[] => {
  const named = (answer.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  const dropped = new Set([...hopByHop, ...named])
  const headers = [...edge, ...gatewayHeaders]
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    const [name = '', value = ''] = answer.rawHeaders.slice(index, index + 2)
    if (!dropped.has(name.toLowerCase())) headers.push(name, value)
  }
  return headers
}
