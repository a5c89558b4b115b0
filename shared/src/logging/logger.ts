import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino'
import { describeError } from './describe-error.ts'
import { currentRequestId } from './request-context.ts'

export type Logger = PinoLogger

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

interface LoggerNeeds {
  service: string
  level: (typeof logLevels)[number]
  destination?: DestinationStream
}

const secretNames = [
  'password',
  'current_password',
  'new_password',
  'hashed_password',
  'hash',
  'token',
  'access_token',
  'refresh_token',
  'private_key',
  'secret',
  'authorization',
  'cookie',
  '["set-cookie"]',
]

// A safety net three levels deep; nothing is meant to log a secret in the first place.
const redacted = secretNames.flatMap((name) => {
  const member = name.startsWith('[') ? name : `.${name}`
  return [name, `*${member}`, `*.*${member}`]
})

export const createLogger = ({
  service,
  level,
  destination = pino.destination({ sync: true }),
}: LoggerNeeds): Logger =>
  pino(
    {
      level,
      base: { service },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redacted, censor: '[redacted]' },
      serializers: { err: describeError },
      mixin: () => {
        const requestId = currentRequestId()
        return requestId === undefined ? {} : { request_id: requestId }
      },
    },
    destination,
  )
