import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConfirmChannel, ConsumeMessage } from 'amqplib'
import type { Logger } from '../logging/logger.ts'
import type { Consumer, ConsumerNeeds, ReceivedMessage, Verdict } from './bus.ts'
import { receivedMessage } from './rabbitmq-message.ts'
import { type RabbitLinkNeeds, openRabbitLink } from './rabbitmq-link.ts'
import { createSettling, type SettlingNeeds } from './rabbitmq-settling.ts'
import { accountQueue } from './topology.ts'

export interface RabbitConsumerNeeds
  extends ConsumerNeeds, Omit<RabbitLinkNeeds, 'onChannel' | 'onReady'>, Omit<SettlingNeeds, 'signal'> {
  isAbleMilliseconds: number
  logger: Logger
}

/** One subscription on one channel; what is delivered on it is answered there and nowhere else. */
interface Intake {
  channel: ConfirmChannel
  tag: string
  open: boolean
}

interface Pause {
  reason: string
  since: number
}

/** Has a connection of its own: a broker that blocks its publishers goes on delivering. */
export const createRabbitConsumer = (needs: RabbitConsumerNeeds): Consumer => {
  const { prefetch, handle, logger, now } = needs
  const stop = new AbortController()
  const underWay = new Set<Promise<void>>()
  const settle = createSettling({ ...needs, signal: stop.signal })
  let usable: ConfirmChannel | undefined
  let intake: Intake | undefined
  let consuming = false
  let lostSince = now()
  let cancelled: string | undefined
  let waiting: Pause | undefined
  let closed: Pause | undefined
  let closing: Promise<void> | undefined

  const start = async (channel: ConfirmChannel) => {
    const own: Intake = { channel, tag: randomUUID(), open: true }
    intake = own
    try {
      await channel.prefetch(prefetch)
      if (!own.open) return
      await channel.consume(accountQueue, (delivery) => receive(own, delivery), { consumerTag: own.tag })
      if (!own.open) return
      consuming = true
      cancelled = undefined
      logger.info({ queue: accountQueue }, 'messages are taken')
    } catch {
      // Usually the broker has closed the channel already; either way the link opens another one.
      void end(channel)
    }
  }

  const stopIntake = () => {
    if (consuming) lostSince = now()
    consuming = false
    if (!intake?.open) return
    intake.open = false
    const { channel, tag } = intake
    void Promise.resolve()
      .then(() => channel.cancel(tag))
      .catch(() => {})
  }

  const receive = (from: Intake, delivery: ConsumeMessage | null) => {
    if (!delivery) return onCancelled(from)
    if (!from.open) return giveBack(from.channel, delivery)
    const work = answer(from.channel, delivery)
    underWay.add(work)
    void work.finally(() => underWay.delete(work))
  }

  const onCancelled = (from: Intake) => {
    if (!from.open) return
    from.open = false
    cancelled = `RabbitMQ ended the subscription: its queue ${accountQueue} was deleted or is not to be had`
    logger.error({ reason: cancelled }, 'no messages are taken')
    // The next channel begins with declaring what is missing.
    void end(from.channel)
  }

  const answer = async (channel: ConfirmChannel, delivery: ConsumeMessage) => {
    const message = receivedMessage(delivery)
    const verdict = await verdictOn(message)
    if (verdict.verdict !== 'wait') return settle(channel, delivery, message, verdict)
    startWaiting(verdict.reason)
    giveBack(channel, delivery)
  }

  const verdictOn = async (message: ReceivedMessage): Promise<Verdict> => {
    try {
      return await handle(message)
    } catch (error) {
      const { id: messageId, type } = message
      logger.error({ err: error, messageId, type }, 'a message could not be handled')
      return { verdict: 'retry', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  const startWaiting = (reason: string) => {
    if (waiting || closed) return
    waiting = { reason, since: now() }
    logger.warn({ reason }, 'no messages are taken for the time being')
    // Before the message is given back, else it would come straight here again.
    stopIntake()
    void ask()
  }

  const ask = async () => {
    do await delay(needs.isAbleMilliseconds, undefined, { signal: stop.signal }).catch(() => {})
    while (!closed && !(await isAble()))
    waiting = undefined
    if (!closed && usable) await start(usable)
  }

  const isAble = () =>
    Promise.resolve()
      .then(needs.isAble)
      .catch(() => false)

  const link = openRabbitLink({
    ...needs,
    onChannel: (channel) => {
      // One listener for each message that is sent on.
      channel.setMaxListeners(prefetch + 20)
      channel.once('close', () => {
        if (consuming) lostSince = now()
        if (intake?.channel === channel) intake.open = consuming = false
        if (usable === channel) usable = undefined
      })
    },
    onReady: (channel) => {
      usable = channel
      if (!waiting && !closed) void start(channel)
    },
  })

  const reason = () => {
    const status = link.status()
    return cancelled ?? (status.ready ? 'the subscription has not been confirmed yet' : status.reason)
  }

  const close = async () => {
    closed = { reason: 'it is closed', since: now() }
    stopIntake()
    stop.abort()
    while (underWay.size > 0) await Promise.all(underWay)
    await link.close()
  }

  return {
    status: () => {
      const pause = closed ?? waiting
      if (pause) return { consuming: false, ...pause }
      return consuming ? { consuming } : { consuming, reason: reason(), since: lostSince }
    },
    close: () => (closing ??= close()),
  }
}

const giveBack = (channel: ConfirmChannel, delivery: ConsumeMessage) => {
  try {
    channel.nack(delivery, false, true)
  } catch {
    // The channel is gone, and with it the message went back by itself.
  }
}

const end = (channel: ConfirmChannel) =>
  Promise.resolve()
    .then(() => channel.close())
    .catch(() => {})
