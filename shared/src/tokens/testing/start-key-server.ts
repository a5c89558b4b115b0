import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestKey } from './make-key.ts'

/** Publishes a key set on 127.0.0.1, counts who asks, and misbehaves when told to. */
export const startKeyServer = async (keys: readonly Pick<TestKey, 'jwk'>[] = []) => {
  let requests = 0
  const publishing = (published: readonly Pick<TestKey, 'jwk'>[]) => (response: ServerResponse) => {
    response.setHeader('Content-Type', 'application/json')
    response.end(JSON.stringify({ keys: published.map(({ jwk }) => jwk) }))
  }
  let answer = publishing(keys)
  const server = createServer((_request, response) => {
    requests += 1
    answer(response)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  await listen(0)
  const { port } = server.address() as AddressInfo

  const stop = async () => {
    const closed = new Promise((done) => server.close(done))
    server.closeAllConnections()
    await closed
  }
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    requests: () => requests,
    publish: (published: readonly Pick<TestKey, 'jwk'>[]) => {
      answer = publishing(published)
    },
    answerWith: (other: (response: ServerResponse) => void) => {
      answer = other
    },
    /** Until `resume` nobody listens. */
    stop,
    resume: async () => listen(port),
  }
}

export type KeyServer = Awaited<ReturnType<typeof startKeyServer>>
