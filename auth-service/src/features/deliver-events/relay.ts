import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@accounts/shared/logging/logger'
import type { Bus } from '@accounts/shared/messaging/bus'
import { withDeadline } from '@accounts/shared/process/deadline'
import type { Lease, OutboxQueue, WaitingEvent } from '../../ports.ts'
import { createLanes } from './lanes.ts'
import { createMarking } from './marking.ts'
import type { RelayMetrics } from './relay-metrics.ts'
import { createRest } from './rest.ts'
import { createSending } from './sending.ts'

export interface RelayNeeds {
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

// However many wait, and however slow they are: there is room for others.
const mostOfOneAccount = 10
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
  /** Not waiting any more, but what was read a moment ago may still say so: in hand until the next reading begins. */
  const settled: number[] = []
  const lanes = createLanes()
  const rest = createRest()
  const stop = new AbortController()
  let isReading = true
  let backoffMilliseconds = 0
  let isOwnWork = false
  let closed = false

  const settle = (sequences: readonly number[]) => {
    settled.push(...sequences)
    if (inHand.size - settled.length <= windowSize / 2) rest.end()
  }
  const marking = createMarking({
    mark: async (sequences) => queue.markPublished(sequences),
    onMarked: settle,
    logger,
  })

  const sending = createSending({
    ...{ publish, metrics, logger },
    park: async (sequence, reason) => queue.park(sequence, reason),
    onSent: ({ sequence }) => marking.add(sequence),
    onParked: ({ sequence }) => settle([sequence]),
  })

  const dispatch = (event: WaitingEvent) => {
    inHand.add(event.sequence)
    void lanes.add(event.accountId, async (isClear) => {
      if (isClear && !closed && lease.isHeld() && (await sending.send(event))) return true
      inHand.delete(event.sequence)
      rest.end()
      return false
    })
  }

  const step = async () => {
    const isOwn = isOwnWork
    isOwnWork = false
    for (const sequence of settled.splice(0)) inHand.delete(sequence)
    const isFull = inHand.size > windowSize / 2
    const crowded = lanes.longerThan(mostOfOneAccount - 1)
    const events = isFull ? [] : await queue.waiting(windowSize, crowded)
    if (events.length === 0 && inHand.size === 0) sending.forget()
    if (events.length === 0 && !isFull) return
    if (await lease.hold()) {
      // Looked at only now: what failed since it was read has to go before what came after it.
      for (const event of events)
        if (
          !inHand.has(event.sequence) &&
          inHand.size < windowSize &&
          lanes.lengthOf(event.accountId) < mostOfOneAccount
        )
          dispatch(event)
      // All that was read may have been of few accounts: others are behind them.
      if (events.length === windowSize && inHand.size <= windowSize / 2) rest.end()
      return
    }
    sending.forget()
    // Told only by who has something new: relays that told each other what they were told would never stop.
    if (isOwn) tellOthers()
  }

  const stepSafely = async () => {
    try {
      await step()
      isReading = true
    } catch (error) {
      if (isReading) logger.warn({ err: error }, 'the outbox cannot be read')
      isReading = false
      rest.end()
    }
  }

  const work = async () => {
    while (!closed) {
      rest.begin()
      await stepSafely()
      await rest.upTo(sweepMilliseconds)
      if (isReading && sending.isWell()) {
        backoffMilliseconds = 0
        continue
      }
      backoffMilliseconds = Math.min(
        Math.max(backoffMilliseconds * 2, firstBackoffMilliseconds),
        longestBackoffMilliseconds,
      )
      await delay(backoffMilliseconds, undefined, { signal: stop.signal }).catch(() => {})
    }
  }
  const working = work()

  const close = async () => {
    closed = true
    stop.abort()
    rest.end()
    await working
    await withDeadline(lanes.settle(), closeMilliseconds, () => new Error('late')).catch(() => {
      logger.warn({ events: inHand.size }, 'some events were not confirmed in time: they are sent again')
    })
    await marking.close()
    const wasLeader = lease.isHeld()
    await lease.release().catch(() => {})
    if (wasLeader) tellOthers()
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
