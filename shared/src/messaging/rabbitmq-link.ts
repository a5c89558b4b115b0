import { setTimeout as delay } from 'node:timers/promises'
import type { ChannelModel, ConfirmChannel } from 'amqplib'
import { withDeadline } from '../process/deadline.ts'
import type { Logger } from '../logging/logger.ts'
import { declareTopology, TopologyError } from './declare-topology.ts'
import { keepRabbitConnection, type RabbitConnectionNeeds } from './rabbitmq-connection.ts'
import { lossFault } from './rabbitmq-faults.ts'
import type { RetryDelay } from './topology.ts'

export interface RabbitLinkNeeds extends RabbitConnectionNeeds {
  logger: Logger
  /** Sees every new channel first: the place for listeners. */
  onChannel(channel: ConfirmChannel): void
  /** The topology was found right. */
  onReady?(channel: ConfirmChannel): void
  retryDelays: readonly RetryDelay[]
}

/** Ready comes with a confirm channel on which the topology was found right. */
type LinkStatus = { ready: true; channel: ConfirmChannel } | { ready: false; reason: string }

export interface RabbitLink {
  status(): LinkStatus
  /** Another channel on the same connection, for whoever has to end it. */
  openChannel(): Promise<ConfirmChannel>
  close(): Promise<void>
}

/**
 * Keeps one channel on a connection that comes back by itself. The connection manager's own ChannelWrapper is left
 * out: its line of messages has no bound, and it sends again what was in flight.
 */
export const openRabbitLink = (needs: RabbitLinkNeeds): RabbitLink => {
  const { address, logger } = needs
  const stop = new AbortController()
  let current: ChannelModel | undefined
  let channel: ConfirmChannel | undefined
  let blocked = false
  let fault = `not yet connected to RabbitMQ at ${address}`

  const report = (reason: string, level: 'warn' | 'error' = 'warn') => {
    channel = undefined
    if (stop.signal.aborted || reason === fault) return
    fault = reason
    logger[level]({ reason }, 'message bus not ready')
  }

  const openChannel = async (connection: ChannelModel) => {
    const opened = await connection.createConfirmChannel()
    const ended = endOf(opened)
    needs.onChannel(opened)
    await declareTopology(opened, needs.retryDelays)
    return { opened, ended }
  }

  const serve = async (connection: ChannelModel) => {
    while (current === connection) {
      try {
        const { opened, ended } = await withDeadline(
          openChannel(connection),
          needs.declareTimeoutMilliseconds,
          () => {
            kept.cut()
            return new Error('the broker does not answer')
          },
        )
        channel = opened
        fault = ''
        logger.info({ broker: address }, 'message bus ready')
        needs.onReady?.(opened)
        throw await ended
      } catch (error) {
        if (current !== connection) return
        report(lossFault(error, address), error instanceof TopologyError ? 'error' : 'warn')
      }
      await delay(needs.retryDelayMilliseconds, undefined, { signal: stop.signal }).catch(() => {})
    }
  }

  const kept = keepRabbitConnection(needs, {
    onConnected: (connection) => {
      current = connection
      blocked = false
      void serve(connection)
    },
    onLost: (reason) => {
      current = undefined
      report(reason)
    },
    onBlocked: (now) => {
      blocked = now
      logger.warn(now ? 'RabbitMQ blocks publishers' : 'RabbitMQ lets publishers go on')
    },
  })

  return {
    status: () => {
      if (!channel) return { ready: false, reason: fault }
      return blocked
        ? { ready: false, reason: `RabbitMQ at ${address} blocks publishers: it is short of memory or disk` }
        : { ready: true, channel }
    },
    openChannel: async () => {
      if (!current) throw new Error(fault)
      const opened = await current.createConfirmChannel()
      opened.on('error', () => {})
      return opened
    },
    close: async () => {
      stop.abort()
      const open = channel
      current = undefined
      channel = undefined
      fault = 'the message bus is closed'
      // The goodbye travels beside the channel and could overtake the last acknowledgements on it.
      const late = () => new Error('late')
      if (open) await withDeadline(goodbye(open), needs.closeTimeoutMilliseconds, late).catch(() => {})
      if (!(await kept.close())) logger.warn('RabbitMQ did not answer the goodbye in time')
    },
  }
}

const goodbye = async (channel: ConfirmChannel) => channel.close()

/** Resolves with the reason when the channel has ended. */
const endOf = (channel: ConfirmChannel) => {
  let cause = new Error('channel closed')
  // Without this listener amqplib would close the whole connection over a fault of the channel.
  channel.on('error', (error: Error) => (cause = error))
  return new Promise<Error>((resolve) => channel.once('close', () => resolve(cause)))
}
