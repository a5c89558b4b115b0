/** What is handed over for delivery. `id` stays the same however often a message is sent: consumers go by it. */
export interface BusMessage {
  id: string
  type: string
  routingKey: string
  /** Has to survive JSON unchanged. */
  body: object
  /** Left out: the request that is being served. */
  correlationId?: string | undefined
  headers?: Readonly<Record<string, string | number | boolean>>
}

export type BusReadiness = { ready: true } | { ready: false; reason: string }

/** A message as it is read from a queue. Anybody may have put it there: nothing of it is certain but its shape. */
export interface ReceivedMessage {
  /** Empty when its publisher gave none. */
  id: string
  type: string
  routingKey: string
  appId: string
  correlationId: string | undefined
  timestampSeconds: number
  headers: Readonly<Record<string, unknown>>
  body: string
  /** How often it has been tried and failed before. */
  attempts: number
}

/**
 * What became of a message.
 * - `retry`: tried again after the next delay of the topology; after the last one it is parked.
 * - `park`: it becomes a dead letter, at once and with its reason.
 * - `wait`: nothing is wrong with it, but nothing can be done at present. It goes back as it came, no attempt is burnt,
 *   and nothing more is taken until `isAble` says so.
 */
export type Verdict = { verdict: 'done' } | { verdict: 'retry' | 'park' | 'wait'; reason: string }

export interface ConsumerNeeds {
  /** At most so many are under way at once. */
  prefetch: number
  /** A throw counts as `retry`. */
  handle(message: ReceivedMessage): Promise<Verdict>
  /** Asked again and again while it waits. */
  isAble(): Promise<boolean>
}

export type ConsumerStatus =
  | { consuming: true }
  /** `since`: milliseconds of the clock. */
  | { consuming: false; reason: string; since: number }

/** Reads the queue of account events until it is closed; lost connections come back by themselves. */
export interface Consumer {
  status(): ConsumerStatus
  /** Takes nothing more and waits for what is being handled; what was not begun goes back. */
  close(): Promise<void>
}

export interface DeadLetter extends ReceivedMessage {
  reason: string
  /** `null`: the broker parked it, not we. */
  parkedAt: Date | null
}

/** What was parked: for people. A letter is called by the id of its message. */
export interface DeadLetters {
  /** Oldest first. `after` is the id of the last one seen. */
  page(options: {
    limit: number
    after?: string | undefined
  }): Promise<{ letters: DeadLetter[]; more: boolean }>
  find(id: string): Promise<DeadLetter | null>
  /** Back into its queue with the same id and no attempts; killed half-way it may be there twice, never not at all. */
  replay(id: string): Promise<boolean>
  discard(id: string): Promise<boolean>
  count(): Promise<number>
}

export interface Bus {
  engine: 'RabbitMQ' | 'embedded bus'
  readiness(): BusReadiness
  consume(needs: ConsumerNeeds): Consumer
  deadLetters: DeadLetters
  /** Resolves when the bus has the message safe, never before; rejects with a PublishError. */
  publish(message: BusMessage): Promise<void>
  /** Takes nothing more, waits for what is under way, then lets go of the broker or the file. */
  close(): Promise<void>
}

/**
 * - `unavailable`, `timeout`: not confirmed. It may have arrived all the same; send it again, with the same id.
 * - `refused`: the broker said no, because its queue is full or has no leader. Send it again later.
 * - `unroutable`: nobody is bound to its routing key, and nothing was kept.
 * - `invalid`: no broker could carry it (encoding, size), so it is never worth another try.
 */
export type PublishFailure = 'unavailable' | 'timeout' | 'refused' | 'unroutable' | 'invalid'

export class PublishError extends Error {
  readonly reason: PublishFailure

  constructor(reason: PublishFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PublishError'
    this.reason = reason
  }
}
