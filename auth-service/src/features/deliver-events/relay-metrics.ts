import type { Metrics } from '@accounts/shared/http/metrics'
import { Counter, Gauge, Histogram } from 'prom-client'
import type { Clock, Lease, OutboxQueue } from '../../ports.ts'

interface RelayMetricsNeeds {
  metrics: Metrics
  queue: OutboxQueue
  lease: Lease
  clock: Clock
}

export const createRelayMetrics = ({ metrics, queue, lease, clock }: RelayMetricsNeeds) => {
  const registers = [metrics.registry]
  let reading: ReturnType<OutboxQueue['backlog']> | undefined
  // Three gauges, one look.
  const backlog = async () =>
    (reading ??= queue.backlog().finally(() => {
      reading = undefined
    }))
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        // A scrape is answered without the database too: what can't be known is not 0.
        this.set(await Promise.resolve(read()).catch(() => Number.NaN))
      },
    })
  gauge(
    'outbox_backlog',
    'Events that wait to be published, counted up to 10,000.',
    async () => (await backlog()).waiting,
  )
  gauge(
    'outbox_parked',
    'Events that could not be sent as they are, counted up to 10,000.',
    async () => (await backlog()).parked,
  )
  gauge('outbox_oldest_seconds', 'Age of the oldest event that waits to be published.', async () => {
    const { oldestWaitingAt } = await backlog()
    return oldestWaitingAt === null ? 0 : (clock().getTime() - oldestWaitingAt.getTime()) / 1000
  })
  gauge('outbox_leader', 'Whether this process is the one that publishes.', () => (lease.isHeld() ? 1 : 0))
  const latency = new Histogram({
    name: 'outbox_publish_seconds',
    help: 'From handing an event to the bus until it was confirmed.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 10],
    registers,
  })
  const published = new Counter({
    name: 'outbox_published_total',
    help: 'Events that were confirmed.',
    registers,
  })
  const failures = new Counter({
    name: 'outbox_failures_total',
    help: 'Events that were not confirmed, by why: returned (unroutable), nacked (refused), timeout, unavailable.',
    labelNames: ['reason'],
    registers,
  })
  return {
    observePublished: (seconds: number) => {
      published.inc()
      latency.observe(seconds)
    },
    countFailure: (reason: string) => failures.inc({ reason }),
  }
}

export type RelayMetrics = ReturnType<typeof createRelayMetrics>
