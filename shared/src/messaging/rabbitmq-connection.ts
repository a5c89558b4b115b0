import { connect } from 'amqp-connection-manager'
import type { ChannelModel } from 'amqplib'
import { withDeadline } from '../process/deadline.ts'
import { connectFault, lossFault } from './rabbitmq-faults.ts'

export interface RabbitTimings {
  heartbeatSeconds: number
  connectTimeoutMilliseconds: number
  /** Between two tries to connect, to open a channel or to declare the topology. */
  retryDelayMilliseconds: number
  declareTimeoutMilliseconds: number
  closeTimeoutMilliseconds: number
}

export interface RabbitConnectionNeeds extends RabbitTimings {
  url: string
  /** Host and port, for people. */
  address: string
  appId: string
}

interface ConnectionEvents {
  onConnected(connection: ChannelModel): void
  onLost(reason: string): void
  onBlocked(blocked: boolean): void
}

export interface RabbitConnection {
  /** Cuts it without a word. Like every lost connection it comes back by itself. */
  cut(): void
  /** Says whether the broker answered the goodbye. */
  close(): Promise<boolean>
}

/** Connects, and connects again whenever the connection is lost, until it is closed. */
export const keepRabbitConnection = (
  needs: RabbitConnectionNeeds,
  { onConnected, onLost, onBlocked }: ConnectionEvents,
): RabbitConnection => {
  let socket = new AbortController()
  const manager = connect(undefined, {
    heartbeatIntervalInSeconds: needs.heartbeatSeconds,
    reconnectTimeInSeconds: needs.retryDelayMilliseconds / 1000,
    findServers: () => {
      socket = new AbortController()
      return Promise.resolve({ url: needs.url, connectionOptions: socketOptions(needs, socket.signal) })
    },
  })
  manager.on('connect', () => {
    if (manager.connection) onConnected(manager.connection)
  })
  manager.on('connectFailed', ({ err }) => onLost(connectFault(err, needs.address)))
  manager.on('disconnect', ({ err }) => {
    onLost(lossFault(err, needs.address))
    // A peer that has fallen silent would keep the socket half open for good.
    socket.abort()
  })
  manager.on('blocked', () => onBlocked(true))
  manager.on('unblocked', () => onBlocked(false))

  return {
    cut: () => socket.abort(),
    close: async () => {
      const wasConnected = manager.isConnected()
      const goodbye = manager.close().then(
        () => true,
        () => false,
      )
      // While it is still trying to connect there is nobody to take leave of.
      const answered = wasConnected
        ? await withDeadline(goodbye, needs.closeTimeoutMilliseconds, () => new Error('late')).catch(
            () => false,
          )
        : true
      socket.abort()
      return answered
    },
  }
}

const socketOptions = (needs: RabbitConnectionNeeds, signal: AbortSignal) => ({
  // Without it every confirmation waits 40 ms for a delayed acknowledgement of TCP.
  noDelay: true,
  keepAlive: true,
  timeout: needs.connectTimeoutMilliseconds,
  clientProperties: { connection_name: needs.appId },
  signal,
})
