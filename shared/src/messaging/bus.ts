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

export interface Bus {
  engine: 'RabbitMQ' | 'embedded bus'
  readiness(): BusReadiness
  /** Resolves when the bus has the message safe, never before; rejects with a PublishError. */
  publish(message: BusMessage): Promise<void>
  /** Takes nothing more, waits for what is under way, then lets go of the broker or the file. */
  close(): Promise<void>
}

/**
 * - `unavailable`, `timeout`: not confirmed. It may have arrived all the same; send it again, with the same id.
 * - `unroutable`: nobody is bound to its routing key, and nothing was kept.
 * - `invalid`: no broker could carry it (encoding, size), so it is never worth another try.
 */
export type PublishFailure = 'unavailable' | 'timeout' | 'unroutable' | 'invalid'

export class PublishError extends Error {
  readonly reason: PublishFailure

  constructor(reason: PublishFailure, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'PublishError'
    this.reason = reason
  }
}
