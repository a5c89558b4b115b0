import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request as sendRequest } from 'node:http'

export interface Sent {
  method?: string
  path: string
  headers?: OutgoingHttpHeaders
  /** A list is sent in chunks, without Content-Length. */
  body?: string | Buffer | readonly Buffer[]
  /** Leaves the body unfinished. */
  stopsSending?: boolean
  signal?: AbortSignal
}

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  rawHeaders: string[]
  body: Buffer
  text: string
  /** The connection broke before the answer was whole. */
  cut: boolean
}

const timeoutMilliseconds = 15_000

/** Sends a request exactly as written: no repair of paths, no headers of its own but Host and Connection. */
export const send = (baseUrl: string, { method = 'GET', path, headers, body, stopsSending, signal }: Sent) =>
  new Promise<Answer>((resolve, reject) => {
    const { hostname, port } = new URL(baseUrl)
    const timeout = AbortSignal.timeout(timeoutMilliseconds)
    const sent = sendRequest({
      hostname,
      port,
      path,
      method,
      headers: { ...framing(body), ...headers },
      agent: false,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    sent.once('error', reject)
    sent.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', () => {})
      response.once('close', () => {
        const received = Buffer.concat(chunks)
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body: received,
          text: received.toString(),
          cut: !response.complete,
        })
      })
    })
    for (const chunk of Array.isArray(body) ? body : body === undefined ? [] : [body]) sent.write(chunk)
    if (stopsSending) sent.flushHeaders()
    else sent.end()
  })

const framing = (body: Sent['body']): OutgoingHttpHeaders =>
  body === undefined
    ? {}
    : Array.isArray(body)
      ? { 'Transfer-Encoding': 'chunked' }
      : { 'Content-Length': Buffer.byteLength(body as string | Buffer) }
