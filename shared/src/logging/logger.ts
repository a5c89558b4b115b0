import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino'
import { describeError } from './describe-error.ts'
import { logOutput } from './log-output.ts'
import { redact } from './redact.ts'
import { currentRequestId, currentTraceparent, traceIdOf } from './request-context.ts'

export type Logger = PinoLogger

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

interface LoggerNeeds {
  service: string
  level: (typeof logLevels)[number]
  destination?: DestinationStream
}

export const createLogger = ({ service, level, destination = logOutput }: LoggerNeeds): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redact },
      serializers: { err: describeError },
      mixin: () => {
        const requestId = currentRequestId()
        if (requestId === undefined) return {}
        const traceparent = currentTraceparent()
        return { request_id: requestId, ...(traceparent && { trace_id: traceIdOf(traceparent) }) }
      },
    },
    destination,
  )
