import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino'
import { describeError } from './describe-error.ts'
import { logOutput } from './log-output.ts'
import { redact } from './redact.ts'
import { currentRequestId } from './request-context.ts'

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
        return requestId === undefined ? {} : { request_id: requestId }
      },
    },
    destination,
  )
