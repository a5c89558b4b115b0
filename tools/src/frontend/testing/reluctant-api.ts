import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An API for pages of any origin, which leaves a browser that asks for leave waiting until it is released. */
export const startReluctantApi = async () => {
  const seen: string[] = []
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const server = createServer(({ method = '', url = '' }, response) => {
    seen.push(`${method} ${url}`)
    const headers = {
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Headers': 'authorization,content-type,x-request-id',
    }
    void (method === 'OPTIONS' ? released : Promise.resolve()).then(() =>
      response.writeHead(204, headers).end(),
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    release,
    close: async () => {
      server.close().closeAllConnections()
      await once(server, 'close')
    },
  }
}
