import { Agent, type ClientRequest, type IncomingMessage, request as sendRequest } from 'node:http'
import { pipeline } from 'node:stream'
import type { Logger } from '@accounts/shared/logging/logger'
import type { Attempt } from './circuit-breaker.ts'
import type { Endpoint } from './configuration.ts'
import { answerHeaders, hasBody, requestHeaders } from './headers.ts'
import { type Reply, sendNoAnswer } from './own-answers.ts'

interface Exchange {
  endpoint: Endpoint
  /** Path and query for the service, escaped. */
  target: string
  timeoutMilliseconds: number
  request: IncomingMessage
  reply: Reply
  /** Of the request, in small letters: what the gateway has found out itself. */
  overwritten: ReadonlyMap<string, string>
  clientAddress: string
  attempt: Attempt
}

// To one service. What waits for a connection is bounded by the clients' connections and ends with its own timeout.
const maxConnections = 256

const redirects = [301, 302, 303, 307, 308]

/** Passes requests on to services and streams the answers back. */
export const createProxy = ({ logger }: { logger: Logger }) => {
  const agent = new Agent({ keepAlive: true, maxSockets: maxConnections, maxFreeSockets: maxConnections })

  const forward = (exchange: Exchange) => {
    const { endpoint, target, timeoutMilliseconds, request, reply, attempt } = exchange
    const { response } = reply
    const [backend] = endpoint.backend
    const repeatable = endpoint.method === 'GET' && !hasBody(request)
    let toService: ClientRequest

    const fail = (reason: string) => {
      toService.destroy()
      if (response.destroyed || response.writableFinished) return
      attempt.failed()
      logger.error(
        { method: endpoint.method, endpoint: endpoint.endpoint, reason },
        'the service did not answer',
      )
      // Of an answer that has begun, the end of its stream breaks the client's connection.
      if (!response.headersSent) sendNoAnswer(reply)
    }

    const send = () => {
      toService = sendRequest(backend.host[0], {
        agent,
        method: backend.method,
        path: target,
        headers: requestHeaders({ ...exchange, listed: endpoint.input_headers }),
      })
      const sent = toService
      let answered = false
      sent.once('response', (answer) => {
        answered = true
        if (!isUsable(answer)) fail(`its answer has status ${answer.statusCode}`)
        else {
          attempt.succeeded()
          passAnswer(answer, reply, request)
        }
      })
      sent.on('error', (error: NodeJS.ErrnoException) => {
        if (answered) return
        // The service closed a kept connection just when it was used again.
        if (repeatable && sent.reusedSocket && error.code === 'ECONNRESET') send()
        else fail(error.code ?? error.message)
      })
      if (hasBody(request)) request.pipe(sent)
      else sent.end()
    }

    const timer = setTimeout(
      fail,
      timeoutMilliseconds,
      `no end of the exchange within ${timeoutMilliseconds} ms`,
    )
    response.once('close', () => {
      clearTimeout(timer)
      // The service was not waited for; where it has answered or failed this says no more.
      attempt.abandoned()
      toService.destroy()
    })
    send()
  }

  return { forward, close: () => agent.destroy() }
}

/** KrakenD would follow a redirect to wherever it leads: no service answers so, and none can begin to unnoticed. */
const isUsable = ({ statusCode = 0, headers }: IncomingMessage) =>
  statusCode >= 200 && !(redirects.includes(statusCode) && headers.location !== undefined)

const passAnswer = (answer: IncomingMessage, { response, edge }: Reply, request: IncomingMessage) => {
  if (response.destroyed) {
    answer.destroy()
    return
  }
  response.writeHead(answer.statusCode ?? 500, answerHeaders(answer, edge))
  response.flushHeaders()
  // A broken answer breaks the client's connection: there is no other way left to say that it isn't whole.
  pipeline(answer, response, () => {
    request.unpipe()
    request.resume()
  })
}
