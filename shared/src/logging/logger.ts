import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino'
import { describeError } from './describe-error.ts'
import { logOutput } from './log-output.ts'
import { redact } from './redact.ts'

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
      timestamp: createTimestamp(),
      formatters: { level: (label) => ({ level: label }), log: redact },
      serializers: { err: describeError },
    },
    destination,
  )

/** As pino's own, made anew only where the time is another: many lines are of one millisecond. */
const createTimestamp = () => {
  let [at, text] = [0, '']
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      text = `,"time":"${new Date(now).toISOString()}"`
    }
    return text
  }
}
