/** Everything that is published goes here; who wants some of it binds a queue. */
export const eventsExchange = 'users.events'

/** The queue user-service reads. */
export const accountQueue = 'user_info'

export const deadLetterQueue = 'user_info.dlq'

export const retryExchange = 'user_info.retry'

export const deadLetterExchange = 'user_info.dlx'

const unroutedExchange = 'users.unrouted'

interface Exchange {
  name: string
  type: 'topic' | 'direct' | 'fanout'
  alternateExchange?: string
}

interface Queue {
  name: string
  /** Where expired and rejected messages go. '' is the exchange that knows every queue by its name. */
  deadLetter?: { exchange: string; routingKey?: string }
  messageTtlMilliseconds?: number
  deliveryLimit?: number
}

interface Binding {
  exchange: string
  queue: string
  pattern: string
}

export interface RetryDelay {
  queue: string
  milliseconds: number
}

// A delay is part of its queue's name, so that changing one makes a new queue and never contradicts an old one.
export const retryDelays: readonly RetryDelay[] = [
  { queue: `${accountQueue}.retry.1s`, milliseconds: 1_000 },
  { queue: `${accountQueue}.retry.10s`, milliseconds: 10_000 },
  { queue: `${accountQueue}.retry.60s`, milliseconds: 60_000 },
  { queue: `${accountQueue}.retry.600s`, milliseconds: 600_000 },
]

export const exchanges: readonly Exchange[] = [
  // No queue of ours is bound here: that is what makes the broker hand an unroutable message back to its publisher.
  { name: unroutedExchange, type: 'fanout' },
  { name: eventsExchange, type: 'topic', alternateExchange: unroutedExchange },
  { name: retryExchange, type: 'direct' },
  { name: deadLetterExchange, type: 'fanout' },
]

export const queuesWith = (delays: readonly RetryDelay[]): readonly Queue[] => [
  { name: accountQueue, deadLetter: { exchange: deadLetterExchange } },
  ...delays.map(({ queue, milliseconds }) => ({
    name: queue,
    messageTtlMilliseconds: milliseconds,
    deadLetter: { exchange: '', routingKey: accountQueue },
  })),
  // Looking at a letter counts as a delivery.
  { name: deadLetterQueue, deliveryLimit: 2_000_000_000 },
]

export const bindingsWith = (delays: readonly RetryDelay[]): readonly Binding[] => [
  { exchange: eventsExchange, queue: accountQueue, pattern: 'account.*' },
  ...delays.map(({ queue }) => ({ exchange: retryExchange, queue, pattern: queue })),
  { exchange: deadLetterExchange, queue: deadLetterQueue, pattern: '' },
]

export const bindings = bindingsWith(retryDelays)
