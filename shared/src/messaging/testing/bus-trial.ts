import type { Logger } from '../../logging/logger.ts'
import { createLogger } from '../../logging/logger.ts'
import type { Bus, BusMessage } from '../bus.ts'
import type { BusOptions } from '../open-bus.ts'

/** A message as it lies in a queue, seen past the bus. */
export interface StoredMessage {
  id: string
  type: string
  routingKey: string
  appId: string
  correlationId: string | undefined
  timestampSeconds: number
  headers: object
  /** JSON, as it was written. */
  body: string
}

export type TrialOptions = Partial<BusOptions> & { appId?: string; logger?: Logger }

/** Its link can be cut: then it reads nothing, and what it had in hand is free for others. */
export interface FragileBus {
  bus: Bus
  cut(): Promise<void>
  mend(): Promise<void>
}

/** One broker or file of its own, on which a test may open as many buses as it likes. */
export interface BusTrial {
  /** Resolves when the bus is ready. */
  open(options?: TrialOptions): Promise<Bus>
  openFragile(options?: TrialOptions): Promise<FragileBus>
  /** Takes everything out of a queue, oldest first. */
  drain(queue: string): Promise<StoredMessage[]>
  /** What somebody puts there past the bus, without type or headers. */
  put(queue: string, message: { id: string; body: string }): Promise<void>
  /** What another consumer does: a queue of its own, bound to the events. */
  bindQueue(queue: string, pattern: string): Promise<void>
  /** Closes what was opened and removes everything. */
  end(): Promise<void>
}

export const createLogCollector = () => {
  const lines: string[] = []
  const logger = createLogger({
    service: 'test-service',
    level: 'debug',
    destination: { write: (line) => void lines.push(line) },
  })
  return { logger, lines }
}

export const sampleMessage = (changes: Partial<BusMessage> = {}): BusMessage => ({
  id: 'message-1',
  type: 'Register',
  routingKey: 'account.registered',
  body: { event_type: 'Register', auth_id: 123, display_name: 'John Doe' },
  ...changes,
})
