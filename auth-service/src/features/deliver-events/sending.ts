import { routingKeys } from '@accounts/shared/events/account-events'
import type { Logger } from '@accounts/shared/logging/logger'
import { type Bus, type BusMessage, PublishError } from '@accounts/shared/messaging/bus'
import type { OutboxQueue, WaitingEvent } from '../../ports.ts'
import type { RelayMetrics } from './relay-metrics.ts'

interface SendingNeeds {
  publish: Bus['publish']
  park: OutboxQueue['park']
  metrics: RelayMetrics
  logger: Logger
  onSent: (event: WaitingEvent) => void
  onParked: (event: WaitingEvent) => void
}

/** One event at a time: sent, parked, or (the answer is false) still to be sent. */
export const createSending = ({ publish, park, metrics, logger, onSent, onParked }: SendingNeeds) => {
  let isWell = true

  /** Nothing else of the account has to wait for it: consumers see the gap, and it can be mended. */
  const parkEvent = async (event: WaitingEvent, reason: string) => {
    const { sequence, id, type, accountId } = event
    try {
      await park(sequence, reason)
    } catch (error) {
      logger.warn({ err: error, messageId: id }, 'an event cannot be parked yet')
      isWell = false
      return false
    }
    logger.error({ messageId: id, type, account: accountId, reason }, 'an event is parked')
    onParked(event)
    return true
  }

  const fail = async (event: WaitingEvent, error: unknown) => {
    const reason = error instanceof PublishError ? error.reason : 'unavailable'
    metrics.countFailure(reason)
    if (error instanceof PublishError && (reason === 'unroutable' || reason === 'invalid'))
      return parkEvent(event, error.message)
    if (isWell) logger.warn({ err: error }, 'events cannot be published')
    isWell = false
    return false
  }

  return {
    isWell: () => isWell,
    /** There is nothing to send any more, or somebody else sends it. */
    forget: () => {
      isWell = true
    },
    send: async (event: WaitingEvent): Promise<boolean> => {
      const startedAt = performance.now()
      try {
        // Written by a later version, before it was taken back.
        if (!Object.hasOwn(routingKeys, event.type))
          throw new PublishError('invalid', `its type ${event.type} is not known here`)
        await publish(messageOf(event))
      } catch (error) {
        return fail(event, error)
      }
      metrics.observePublished((performance.now() - startedAt) / 1000)
      if (!isWell) logger.info('events are published again')
      isWell = true
      onSent(event)
      return true
    },
  }
}

export const messageOf = ({ id, type, body, headers, correlationId }: WaitingEvent): BusMessage => ({
  id,
  type,
  routingKey: routingKeys[type],
  body,
  headers,
  correlationId,
})
