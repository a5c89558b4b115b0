import { ServiceError } from '@accounts/shared/errors/service-error'
import { readAccountEvent } from '@accounts/shared/events/read-account-event'
import type { Logger } from '@accounts/shared/logging/logger'
import { identityFacts } from '@accounts/shared/logging/request-identity'
import type { ConsumerNeeds, ReceivedMessage, Verdict } from '@accounts/shared/messaging/bus'
import type { ApplyEvent } from '../../ports.ts'
import type { EventMetrics } from './event-metrics.ts'

interface HandleNeeds {
  applyEvent: ApplyEvent
  eventMetrics: EventMetrics
  logger: Logger
}

/** What is no event is parked, what can't be kept at present waits, what fails otherwise is tried again. */
export const createHandleMessage = ({
  applyEvent,
  eventMetrics,
  logger,
}: HandleNeeds): ConsumerNeeds['handle'] => {
  const decide = async (message: ReceivedMessage): Promise<Verdict> => {
    const reading = readAccountEvent(message)
    if (!reading.ok) {
      logger.error({ message_id: message.id, reason: reading.fault }, 'a message was parked')
      return { verdict: 'park', reason: reading.fault }
    }
    const { id, event, version, occurredAt, correlationId, traceparent } = reading.received
    const facts = {
      ...{ message_id: id, type: event.event_type, auth_id: event.auth_id, version },
      ...identityFacts({ requestId: correlationId, traceparent }),
    }
    try {
      const outcome = await applyEvent(reading.received)
      if (outcome !== 'stale') eventMetrics.applied(occurredAt)
      logger.info({ ...facts, outcome }, 'event handled')
      return { verdict: 'done' }
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'unavailable') {
        logger.warn({ ...facts, err: error }, 'an event has to wait for the database')
        return { verdict: 'wait', reason: 'the database does not answer' }
      }
      logger.error({ ...facts, err: error, attempts: message.attempts }, 'an event could not be applied')
      return { verdict: 'retry', reason: 'it could not be applied: the log of user-service says why' }
    }
  }

  return async (message) => {
    const startedAt = performance.now()
    const verdict = await decide(message)
    eventMetrics.handled(verdict, message.type, (performance.now() - startedAt) / 1000)
    return verdict
  }
}
