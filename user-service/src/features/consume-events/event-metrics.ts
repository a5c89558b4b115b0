import { accountEvents } from '@accounts/shared/events/account-events'
import type { Metrics } from '@accounts/shared/http/metrics'
import type { DeadLetters, Verdict } from '@accounts/shared/messaging/bus'
import { withDeadline } from '@accounts/shared/process/deadline'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Clock, ReadPending } from '../../ports.ts'

interface MetricsNeeds {
  metrics: Metrics
  readPending: ReadPending
  deadLetters: Pick<DeadLetters, 'count'>
  clock: Clock
}

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]
// Fine where it usually lies: few milliseconds.
const lagBuckets = [0.002, 0.003, 0.004, 0.006, 0.008, 0.015, ...buckets].toSorted(
  (one, other) => one - other,
)

const collectTimeoutMilliseconds = 1_500

/** A number that can't be had is not a number; the others are shown all the same. */
const orUnknown = async (asking: Promise<number>) =>
  withDeadline(asking, collectTimeoutMilliseconds, () => new Error('too late')).catch(() => Number.NaN)

export const createEventMetrics = ({ metrics, readPending, deadLetters, clock }: MetricsNeeds) => {
  const registers = [metrics.registry]
  const events = new Counter({
    name: 'events_total',
    help: 'Messages that were handled, by what became of them.',
    labelNames: ['verdict', 'type'],
    registers,
  })
  const seconds = new Histogram({
    name: 'event_seconds',
    help: 'Time that handling a message took.',
    buckets,
    registers,
  })
  const lag = new Histogram({
    name: 'event_lag_seconds',
    help: 'Time from a change in auth-service until it was applied here.',
    buckets: lagBuckets,
    registers,
  })
  const gauge = (name: string, help: string, read: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await orUnknown(read()))
      },
    })
  gauge(
    'events_pending',
    'Events that wait for one that comes before them, up to 10,000.',
    async () => (await readPending()).events,
  )
  gauge(
    'events_pending_oldest_seconds',
    'How long the oldest of them has waited; 0: none waits.',
    async () => {
      const { oldest } = await readPending()
      return oldest === null ? 0 : secondsSince(oldest, clock())
    },
  )
  gauge('dead_letters', 'Messages that were parked and wait for a person.', async () => deadLetters.count())

  return {
    handled: ({ verdict }: Verdict, type: string, took: number) => {
      // Anybody may have named a type: only ours may become labels.
      events.inc({ verdict, type: Object.hasOwn(accountEvents, type) ? type : 'unknown' })
      seconds.observe(took)
    },
    applied: (occurredAt: Date) => lag.observe(secondsSince(occurredAt, clock())),
  }
}

export type EventMetrics = ReturnType<typeof createEventMetrics>

/** Two machines' clocks may differ. */
const secondsSince = (earlier: Date, now: Date) => Math.max(0, now.getTime() - earlier.getTime()) / 1000
