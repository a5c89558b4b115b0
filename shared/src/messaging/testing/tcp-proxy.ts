import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export interface TcpProxy {
  port: number
  /** Bytes that clients have sent so far. */
  sentBytes(): number
  /** Nobody listens any more, and every connection is cut. */
  refuse(): Promise<void>
  accept(): Promise<void>
  cut(): void
  /** What the server answers is kept back, passed on, or lost. */
  answers(fate: 'held' | 'passed' | 'lost'): void
  /** What clients send is passed on, or lost. */
  requests(fate: 'passed' | 'lost'): void
  /** Says something to every client in the server's name. */
  say(bytes: Buffer): void
  close(): Promise<void>
}

/** Stands between a client and a server on this machine, so that a test can spoil what passes. */
export const startTcpProxy = async (serverPort: number): Promise<TcpProxy> => {
  const pairs = new Set<{ client: Socket; server: Socket }>()
  let listener: Server | undefined
  let port = 0
  let sentBytes = 0
  let fate: 'held' | 'passed' | 'lost' = 'passed'
  let requestFate: 'passed' | 'lost' = 'passed'

  const join = (client: Socket) => {
    const server = connect(serverPort, '127.0.0.1')
    const pair = { client, server }
    pairs.add(pair)
    if (fate === 'held') server.pause()
    client.on('data', (bytes) => {
      sentBytes += bytes.length
      if (requestFate === 'passed') server.write(bytes)
    })
    server.on('data', (bytes) => void (fate === 'passed' && client.write(bytes)))
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => {})
      from.on('close', () => {
        to.destroy()
        pairs.delete(pair)
      })
    }
  }

  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy()
      server.destroy()
    }
  }
  const accept = async () => {
    listener = createServer({ noDelay: true }, join).listen(port, '127.0.0.1')
    await once(listener, 'listening')
    port = (listener.address() as AddressInfo).port
  }
  const refuse = async () => {
    const closed = listener && once(listener, 'close')
    listener?.close()
    cut()
    await closed
    listener = undefined
  }
  await accept()

  return {
    port,
    sentBytes: () => sentBytes,
    refuse,
    accept,
    cut,
    say: (bytes) => {
      for (const { client } of pairs) client.write(bytes)
    },
    answers: (next) => {
      fate = next
      for (const { server } of pairs) {
        if (next === 'held') server.pause()
        else server.resume()
      }
    },
    requests: (next) => {
      requestFate = next
    },
    close: refuse,
  }
}
