import {
  Agent,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request as requestHttp,
  type RequestOptions,
} from 'node:http'
import { Agent as SecureAgent, request as requestHttps } from 'node:https'
import { setTimeout as wait } from 'node:timers/promises'

export type Method = 'GET' | 'POST' | 'OPTIONS'

export interface CallOptions {
  token?: string
  /** Sent as JSON. */
  body?: unknown
  /** Sent as it is. */
  raw?: string | Buffer
  headers?: OutgoingHttpHeaders
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** In lower case, as often as they came. */
  headerNames: string[]
  text: string
  /** `undefined` where it is not JSON. */
  body: unknown
  milliseconds: number
}

export type Call = (method: Method, path: string, options?: CallOptions) => Promise<Answer>

const timeoutMilliseconds = 20_000
const waitMilliseconds = 1_000
const mostWaits = 60

/** Asks whoever is at an address, by a connection for each request or by some that are kept. */
export const createClient = (baseUrl: string, { connections = 0 } = {}) => {
  const base = new URL(baseUrl)
  const isSecure = base.protocol === 'https:'
  const agent =
    connections > 0 && new (isSecure ? SecureAgent : Agent)({ keepAlive: true, maxSockets: connections })
  const hostname = base.hostname.replaceAll(/[[\]]/g, '')
  const prefix = base.pathname.replace(/\/+$/, '')

  const callOnce: Call = async (method, path, { token, body, raw, headers = {} } = {}) => {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const options: RequestOptions = {
      ...{ hostname, port: base.port, agent, method, path: `${prefix}${path}` },
      headers: {
        ...(token !== undefined && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(payload !== undefined && { 'Content-Length': Buffer.byteLength(payload) }),
        ...headers,
      },
      signal: AbortSignal.timeout(timeoutMilliseconds),
    }
    return exchange(isSecure ? requestHttps : requestHttp, options, payload)
  }

  /** At the gateway's limit, which has no words and is no answer of the services', it waits. */
  const call: Call = async (...words) => {
    for (let waits = 0; ; waits += 1) {
      const answer = await callOnce(...words)
      if (answer.status !== 429 || answer.text !== '' || waits === mostWaits) return answer
      await wait(waitMilliseconds)
    }
  }
  return { call, close: () => agent && agent.destroy() }
}

const exchange = (
  request: typeof requestHttp,
  options: RequestOptions,
  payload: string | Buffer | undefined,
) =>
  new Promise<Answer>((resolve, reject) => {
    const startedAt = performance.now()
    const sent = request(options)
    sent.on('error', reject)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          headerNames: response.rawHeaders.filter((_, index) => index % 2 === 0).map(toLowerCase),
          text,
          body: parse(text),
          milliseconds: performance.now() - startedAt,
        })
      })
    })
    sent.end(payload)
  })

const toLowerCase = (name: string) => name.toLowerCase()

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
