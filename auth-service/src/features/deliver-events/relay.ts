import { setTimeout as delay } from 'node:timers/promises'
import { routingKeys } from '@accounts/shared/events/account-events'
import type { Logger } from '@accounts/shared/logging/logger'
import { type Bus, type BusMessage, type PublishFailure, PublishError } from '@accounts/shared/messaging/bus'
import { withDeadline } from '@accounts/shared/process/deadline'
import type { Lease, OutboxQueue, WaitingEvent } from '../../ports.ts'
import { createMarking } from './marking.ts'
import type { RelayMetrics } from './relay-metrics.ts'
import { createRest } from './rest.ts'

interface RelayNeeds {
  queue: OutboxQueue
  lease: Lease
  publish: Bus['publish']
  metrics: RelayMetrics
  logger: Logger
  /** Tells relays of other processes that there is something to do. */
  tellOthers: () => void
  /** For what nobody woke it for. */
  sweepMilliseconds?: number
  /** How many events it has in hand at most. */
  windowSize?: number
  closeMilliseconds?: number
}

export interface Relay {
  /** Something was committed here. */
  wake(): void
  /** Something was committed by another process. */
  wakeForOthers(): void
  close(): Promise<void>
}

const firstBackoffMilliseconds = 100
const longestBackoffMilliseconds = 2_000

/**
 * Publishes what waits in the outbox: the events of one account one after the other, those of different accounts side by
 * side. What it has in hand is marked once it was confirmed; after a crash it is sent again under the same id.
 */
export const createRelay = ({
  queue,
  lease,
  publish,
  metrics,
  logger,
  tellOthers,
  sweepMilliseconds = 1_000,
  windowSize = 200,
  closeMilliseconds = 3_000,
}: RelayNeeds): Relay => {
  const inHand = new Set<number>()
  /** The last event of each account that is on its way; false: it was not confirmed. */
  const lanes = new Map<number, Promise<boolean>>()
  const rest = createRest()
  const stop = new AbortController()
  let trouble: PublishFailure | undefined
  let backoffMilliseconds = 0
  let isOwnWork = false
  let closed = false

  const marking = createMarking({
    mark: async (sequences) => queue.markPublished(sequences),
    onMarked: (sequences) => {
      for (const sequence of sequences) inHand.delete(sequence)
      if (inHand.size <= windowSize / 2) rest.end()
    },
    logger,
  })

  const park = async ({ sequence, id, type, accountId }: WaitingEvent, error: PublishError) => {
    await queue.park(sequence, error.message)
    inHand.delete(sequence)
    logger.error({ messageId: id, type, account: accountId, reason: error.message }, 'an event is parked')
  }

  const fail = async (event: WaitingEvent, error: unknown): Promise<boolean> => {
    const reason = error instanceof PublishError ? error.reason : 'unavailable'
    metrics.countFailure(reason)
    if (error instanceof PublishError && (reason === 'unroutable' || reason === 'invalid')) {
      await park(event, error)
      // Nothing else of the account has to wait for what can't be sent: consumers see the gap, and it can be mended.
      return true
    }
    inHand.delete(event.sequence)
    if (trouble === undefined) logger.warn({ err: error }, 'events cannot be published')
    trouble = reason
    return false
  }

  const send = async (event: WaitingEvent): Promise<boolean> => {
    const startedAt = performance.now()
    try {
      await publish(messageOf(event))
    } catch (error) {
      return fail(event, error)
    }
    metrics.observePublished((performance.now() - startedAt) / 1000)
    if (trouble !== undefined) logger.info('events are published again')
    trouble = undefined
    backoffMilliseconds = 0
    marking.add(event.sequence)
    return true
  }

  const dispatch = (event: WaitingEvent) => {
    inHand.add(event.sequence)
    const { accountId, sequence } = event
    const before = lanes.get(accountId) ?? Promise.resolve(true)
    const sent = before
      .then(async (wasSent) => {
        if (wasSent && !closed) return send(event)
        inHand.delete(sequence)
        return false
      })
      .catch((error: unknown) => {
        inHand.delete(sequence)
        logger.error({ err: error }, 'an event could not be parked')
        return false
      })
      .finally(() => {
        if (lanes.get(accountId) === sent) lanes.delete(accountId)
        if (lanes.size === 0) rest.end()
      })
    lanes.set(accountId, sent)
  }

  const step = async () => {
    const isOwn = isOwnWork
    isOwnWork = false
    if (inHand.size > windowSize / 2) return
    const events = (await queue.waiting(windowSize)).filter(({ sequence }) => !inHand.has(sequence))
    if (events.length === 0) {
      if (inHand.size === 0) trouble = undefined
      return
    }
    if (await lease.hold()) events.forEach(dispatch)
    // Told only by who has something new: relays that told each other what they were told would never stop.
    else if (isOwn) tellOthers()
  }

  const stepSafely = async () => {
    try {
      await step()
    } catch (error) {
      if (trouble === undefined) logger.warn({ err: error }, 'the outbox cannot be read')
      trouble = 'unavailable'
    }
  }

  const work = async () => {
    while (!closed) {
      rest.begin()
      await stepSafely()
      await rest.upTo(sweepMilliseconds)
      if (trouble === undefined || lanes.size > 0) continue
      backoffMilliseconds = Math.min(Math.max(backoffMilliseconds * 2, firstBackoffMilliseconds), longestBackoffMilliseconds)
      await delay(backoffMilliseconds, undefined, { signal: stop.signal }).catch(() => {})
    }
  }
  const working = work()

  const close = async () => {
    closed = true
    stop.abort()
    rest.end()
    await working
    const settled = Promise.all(lanes.values())
    await withDeadline(settled, closeMilliseconds, () => new Error('late')).catch(() => {
      logger.warn({ events: inHand.size }, 'some events were not confirmed in time: they are sent again')
    })
    await marking.close()
    await lease.release().catch(() => {})
  }
  let closing: Promise<void> | undefined

  return {
    wake: () => {
      isOwnWork = true
      rest.end()
    },
    wakeForOthers: rest.end,
    close: async () => (closing ??= close()),
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
