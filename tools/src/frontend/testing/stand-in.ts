import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Received {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: Record<string, unknown> | undefined
}

type Answer = (response: ServerResponse, received: Received) => unknown

export const json =
  (status: number, body: unknown, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))

export const problem = (status: number, code: string, headers = {}): Answer =>
  json(status, { type: `urn:problem:${code}`, title: `Title of ${code}`, status, code }, headers)

/** As the gateway itself answers. */
export const empty =
  (status: number, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end()

export const lost: Answer = (response) => response.destroy()

const lifetimeSeconds = 1800

/** A server with one account and one session that keeps the rules of rotation, and goes wrong when it is told to. */
export const startStandIn = async () => {
  const received: Received[] = []
  const planned = new Map<string, Answer[]>()
  let generation = 0
  let oldestGood = 0
  let hasEnded = false

  const token = (kind: string, sub: string) => {
    // A clock of its own, whatever a test makes of Date.
    const iat = Math.floor((performance.timeOrigin + performance.now()) / 1000)
    const claims = { sub, iat, exp: iat + lifetimeSeconds, kind, generation }
    return { token: `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature` }
  }
  const signedIn = (sub = '7') => ({
    user: { id: Number(sub) },
    token_pair: { access_token: token('access', sub), refresh_token: token('refresh', sub) },
  })

  const refresh = (given: unknown): Answer => {
    const presented = generationOf(given)
    if (hasEnded || presented < generation - 1) return problem(401, 'token_revoked')
    if (presented === generation) generation += 1
    return json(200, signedIn().token_pair)
  }
  const usual = ({ method, url, headers, body }: Received): Answer => {
    if (url === '/api/login') return json(200, signedIn())
    if (url === '/api/refresh') return refresh(body?.['refresh_token'])
    if (url === '/api/logout') return empty(204)
    if (hasEnded || generationOf(headers.authorization) < oldestGood) return empty(401)
    return json(200, { method, url, body })
  }

  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    void text(request).then((content) => {
      const one = { method, url, headers, body: content === '' ? undefined : JSON.parse(content) }
      received.push(one)
      const answer = planned.get(url)?.shift() ?? usual(one)
      answer(response, one)
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The next answers to requests for a path; after them it is as usual again. */
    plan: (url: string, ...answers: Answer[]) => void planned.set(url, answers),
    /** The next answer waits for the function that comes back. */
    hold: (url: string, answer?: Answer) => {
      let release = () => {}
      const released = new Promise<void>((resolve) => {
        release = resolve
      })
      planned.set(url, [(response, one) => void released.then(() => (answer ?? usual(one))(response, one))])
      return release
    },
    signedIn,
    received: (url: string) => received.filter((one) => one.url === url),
    /** What it does with a refresh whose answer is then lost. */
    rotate: () => {
      generation += 1
    },
    expireAccess: () => {
      oldestGood = generation + 1
    },
    endSession: () => {
      hasEnded = true
    },
    close: async () => {
      server.close().closeAllConnections()
      await once(server, 'close')
    },
  }
}

const generationOf = (token: unknown): number => {
  const [, payload = ''] = String(token).split('.')
  return payload === '' ? -1 : JSON.parse(Buffer.from(payload, 'base64url').toString()).generation
}
