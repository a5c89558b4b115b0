import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Says of tokens whether they are alive, notes what it was asked, and misbehaves when told to. */
export const startIntrospectionServer = async () => {
  const asked: { token: string; authorization: string | undefined }[] = []
  const dead = new Set<string>()
  const answerHonestly = (response: ServerResponse, token: string) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ active: !dead.has(token) }))
  }
  let answer = answerHonestly
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const token = new URLSearchParams(Buffer.concat(chunks).toString()).get('token') ?? ''
    asked.push({ token, authorization: request.headers.authorization })
    answer(response, token)
  }
  const server = createServer((request, response) => void serve(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/introspect`,
    asked,
    end: (token: string) => void dead.add(token),
    answerWith: (other: (response: ServerResponse) => void) => {
      answer = other
    },
    recover: () => {
      answer = answerHonestly
    },
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

export type IntrospectionServer = Awaited<ReturnType<typeof startIntrospectionServer>>
