import { once } from 'node:events'
import { createServer, type RequestListener, type ServerOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartError } from '../errors/start-error.ts'

interface ServerNeeds {
  listener: RequestListener
  options?: ServerOptions
  host: string
  port: number
  stopDeadlineSeconds: number
}

export interface RunningServer {
  url: string
  /** Takes no new connection, lets requests in flight finish, cuts what is left at the deadline. */
  stop(): Promise<void>
}

// Longer than a proxy in front keeps an idle connection, so that it is never us who close one it is about to use.
const keepAliveMilliseconds = 95_000
const idleSweepMilliseconds = 50

export const startServer = async ({
  listener,
  options,
  host,
  port,
  stopDeadlineSeconds,
}: ServerNeeds): Promise<RunningServer> => {
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMilliseconds,
      requestTimeout: 30_000,
      // More than the gateway takes, and what it adds: what passes there has to pass here.
      maxHeaderSize: 32_768,
      ...options,
    },
    listener,
  )
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    throw new StartError(listenFault(error as NodeJS.ErrnoException, host, port), { cause: error })
  }
  const address = server.address() as AddressInfo

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    stop: async () => {
      const closed = once(server, 'close')
      server.close()
      // A kept-alive connection only becomes idle once its last answer is out.
      const sweep = setInterval(() => server.closeIdleConnections(), idleSweepMilliseconds)
      const cut = setTimeout(() => server.closeAllConnections(), stopDeadlineSeconds * 1000)
      await closed
      clearInterval(sweep)
      clearTimeout(cut)
    },
  }
}

const listenFault = ({ code, message }: NodeJS.ErrnoException, host: string, port: number) => {
  if (code === 'EADDRINUSE')
    return `port ${port} is in use: stop the program that has it or choose another port`
  if (code === 'EACCES') return `port ${port} needs more rights: choose one above 1023`
  if (code === 'EADDRNOTAVAIL') return `this machine has no address ${host}: set HOST to one it has`
  return `cannot listen on ${host}:${port}: ${message}`
}
