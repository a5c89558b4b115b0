import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestKey } from '@accounts/shared/tokens/testing/make-key'

const keySetPath = '/.well-known/jwks.json'

export interface Received {
  method: string
  url: string
  headers: Record<string, string[]>
  body: Buffer
}

/** A real service behind the gateway: it keeps what it got, and answers as each test says. */
export const startUpstream = async () => {
  let received: Received[] = []
  let connections = 0
  let listener: RequestListener | undefined
  let keySet: string | undefined

  const server = createServer((request, response) => {
    if (keySet !== undefined && request.url === keySetPath) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(keySet)
      return
    }
    if (listener) {
      received.push(describe(request, Buffer.alloc(0)))
      listener(request, response)
      return
    }
    takeIn(request, response).catch(() => response.destroy())
  })
  const takeIn = async (request: IncomingMessage, response: ServerResponse) => {
    received.push(describe(request, await readBody(request)))
    response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"fine":true}')
  }
  server.on('connection', () => {
    connections += 1
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server.address() as AddressInfo
  }
  const { port } = await listen(0)

  return {
    url: `http://127.0.0.1:${port}`,
    received: () => received,
    connections: () => connections,
    /** Until the next reset; the listener reads the body itself. */
    answerWith: (next: RequestListener) => {
      listener = next
    },
    reset: () => {
      received = []
      listener = undefined
    },
    /** From now on, whatever else is answered, and noted nowhere; nothing: as if there had never been any. */
    publish: (keys?: readonly TestKey[]) => {
      keySet = keys && JSON.stringify({ keys: keys.map(({ jwk }) => jwk) })
    },
    /** After a close, at the same address. */
    open: async () => {
      await listen(port)
    },
    close: async () => {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

const describe = (request: IncomingMessage, body: Buffer): Received => ({
  method: request.method ?? '',
  url: request.url ?? '',
  headers: request.headersDistinct as Record<string, string[]>,
  body,
})

const readBody = async (request: IncomingMessage) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
