import { once } from 'node:events'
import { connect } from 'node:net'

export interface Connection {
  /** One at a time: the next one when the answer to the last one is there. */
  send: (request: Buffer, onAnswer: (status: number) => void) => void
  close: () => void
}

const endOfHead = '\r\n\r\n'
const lengthName = 'Content-Length: '

/** HTTP as cheap as it gets: bytes made beforehand go out, and of an answer only its status and length are read. */
export const openConnection = async (port: number): Promise<Connection> => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let received: Buffer | undefined
  let tell: ((status: number) => void) | undefined
  let closed = false

  socket.on('data', (chunk: Buffer) => {
    received = received === undefined ? chunk : Buffer.concat([received, chunk])
    const length = lengthOf(received)
    if (length === undefined || received.length < length) return
    const status = Number(received.toString('latin1', 9, 12))
    const onAnswer = tell
    received = undefined
    tell = undefined
    onAnswer?.(status)
  })
  // 0: no status at all, which counts as a wrong one.
  const fail = () => {
    if (!closed) tell?.(0)
  }
  socket.on('error', fail)
  socket.on('close', fail)

  return {
    send: (request, onAnswer) => {
      tell = onAnswer
      socket.write(request)
    },
    close: () => {
      closed = true
      socket.destroy()
    },
  }
}

/** `undefined`: not yet known. */
const lengthOf = (received: Buffer): number | undefined => {
  const head = received.indexOf(endOfHead)
  if (head === -1) return undefined
  const name = received.indexOf(lengthName)
  if (name === -1 || name > head) throw new Error('an answer does not tell its length')
  const start = name + lengthName.length
  const length = Number(received.toString('latin1', start, received.indexOf('\r', start)))
  return head + endOfHead.length + length
}
