import { z } from 'zod'
import type { ReceivedMessage } from '../messaging/bus.ts'
import { type AccountEvent, accountEvents, type AccountEventType } from './account-events.ts'
import { eventHeaders } from './event-headers.ts'

export interface ReceivedEvent {
  /** The same however often the event is delivered. */
  id: string
  event: AccountEvent
  version: number
  occurredAt: Date
  correlationId: string | undefined
  traceparent: string | undefined
}

export type Reading = { ok: true; received: ReceivedEvent } | { ok: false; fault: string }

const tolerant = (schema: z.ZodObject) => z.object(schema.shape)

const consumed = Object.fromEntries(
  Object.entries(accountEvents).map(([type, schema]) => [type, tolerant(schema)]),
) as unknown as Record<AccountEventType, z.ZodType<AccountEvent>>

const bodyType = z.object({ event_type: z.string() })

/** Turns a message into an event, or says what is wrong with it. Members that are not known are let pass. */
export const readAccountEvent = ({ id, headers, body, correlationId }: ReceivedMessage): Reading => {
  if (id === '') return fault('it has no message id')
  const parsed = parseJson(body)
  if (parsed === undefined) return fault('its body is not JSON')
  const named = bodyType.safeParse(parsed)
  if (!named.success) return fault('its body names no event_type')
  const type = named.data.event_type
  if (!isKnown(type)) return fault(`its event_type ${nameOf(type)}is not known here`)
  const event = consumed[type].safeParse(parsed)
  if (!event.success) return fault(`its body is no ${type}: ${membersOf(event.error)}`)
  const meta = eventHeaders.safeParse(headers)
  if (!meta.success) return fault(`its headers are not those of an event: ${membersOf(meta.error)}`)
  if (meta.data['x-aggregate-id'] !== String(event.data.auth_id))
    return fault('its headers speak of another account than its body')
  if ([id, ...Object.values(event.data)].some(holdsNul))
    return fault('it holds a NUL, which cannot be stored')
  return {
    ok: true,
    received: {
      id,
      event: event.data,
      version: meta.data['x-aggregate-version'],
      occurredAt: new Date(meta.data['x-occurred-at']),
      correlationId,
      traceparent: meta.data.traceparent,
    },
  }
}

const fault = (text: string) => ({ ok: false, fault: text }) as const

const isKnown = (type: string): type is AccountEventType => Object.hasOwn(accountEvents, type)

/** Only what looks like the name of an event: a fault is logged and shown. */
const nameOf = (type: string) => (/^[A-Za-z][A-Za-z ]{0,59}$/.test(type) ? `"${type}" ` : '')

// PostgreSQL refuses it, so trying again would be of no use.
const holdsNul = (value: unknown) => typeof value === 'string' && value.includes('\0')

/** Which members, never their values, for the same reason. */
const membersOf = (error: z.ZodError) =>
  error.issues.map(({ path, code }) => `${path.join('.')} (${code})`).join(', ')

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}
