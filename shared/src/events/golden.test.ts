import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { BusMessage, ReceivedMessage } from '../messaging/bus.ts'
import { encodeMessage } from '../messaging/encode-message.ts'
import { accountEvents, routingKeys } from './account-events.ts'
import { eventHeaders } from './event-headers.ts'
import { type GoldenMessage, readGoldenMessages } from './golden/golden-messages.ts'
import { readAccountEvent } from './read-account-event.ts'

type Events = Readonly<Record<string, z.ZodObject>>

const golden = readGoldenMessages()
const messages = golden.map(({ message }) => message)
const currentVersion = Math.max(...eventHeaders.shape['x-schema-version'].values)
const sentAt = Date.parse('2026-03-01T12:00:01.000Z')

const versionOf = ({ headers }: GoldenMessage) => headers['x-schema-version']

const encode = (message: BusMessage) => encodeMessage(message, { appId: 'auth-service', now: () => sentAt })

const receive = (message: BusMessage): ReceivedMessage => ({
  ...encode(message),
  correlationId: message.correlationId,
  attempts: 0,
})

/** What of the golden messages would not be published today, by these schemas, just as it stands in its file. */
const publishingFaults = (events: Events, sent: readonly GoldenMessage[] = messages) => {
  const current = sent.filter((message) => versionOf(message) === currentVersion)
  const missing = Object.keys(events).filter((name) => !current.some(({ type }) => type === name))
  return [
    ...missing.map((type) => `${type}: no golden file of version ${currentVersion}`),
    ...current
      .filter(({ type, body }) => !events[type]?.safeParse(body).success)
      .map(({ type }) => `${type}: its schema is another`),
  ]
}

describe('golden messages', () => {
  it('there is one of every event in the version that is published', () => {
    expect(publishingFaults(accountEvents)).toEqual([])
  })

  it('a new event without a file is found', () => {
    const events = { ...accountEvents, 'Account Rename': z.strictObject({}) }
    expect(publishingFaults(events)).toEqual(['Account Rename: no golden file of version 1'])
    const withoutRegister = messages.filter(({ type }) => type !== 'Register')
    expect(publishingFaults(accountEvents, withoutRegister)).toEqual([
      'Register: no golden file of version 1',
    ])
  })

  it.each([
    ['renamed', accountEvents.Register.omit({ display_name: true }).extend({ name: z.string() })],
    ['removed', accountEvents.Register.omit({ display_name: true })],
    ['of another type', accountEvents.Register.extend({ auth_id: z.string() })],
    ['new and required', accountEvents.Register.extend({ locale: z.string() })],
  ])('a member that is %s is found', (_change, Register) => {
    expect(publishingFaults({ ...accountEvents, Register })).toEqual(['Register: its schema is another'])
  })

  it('a new member that may be absent is no breach', () => {
    const Register = accountEvents.Register.extend({ locale: z.string().optional() })
    expect(publishingFaults({ ...accountEvents, Register })).toEqual([])
  })
})

describe.each(golden)('$file', ({ file, message }) => {
  const { type, routingKey, headers, body } = message

  it('is called after its event and version, and has the members of a message', () => {
    expect(file).toBe(`${type.toLowerCase().replaceAll(' ', '-')}.v${versionOf(message)}.json`)
    expect(Object.keys(message)).toEqual(['id', 'type', 'routingKey', 'correlationId', 'headers', 'body'])
  })

  it.runIf(versionOf(message) === currentVersion)('is what is published, member for member', () => {
    expect(accountEvents[body.event_type].parse(body)).toEqual(body)
    expect(eventHeaders.parse(headers)).toEqual(headers)
    expect({ type, routingKey }).toEqual({ type: body.event_type, routingKey: routingKeys[body.event_type] })
    const { body: text, ...properties } = encode(message)
    expect(JSON.parse(text)).toEqual(body)
    expect(properties).toEqual({
      ...{ id: message.id, type, routingKey, headers, correlationId: message.correlationId },
      appId: 'auth-service',
      timestampSeconds: sentAt / 1000,
    })
  })

  const read = {
    ok: true,
    received: {
      id: message.id,
      event: body,
      version: headers['x-aggregate-version'],
      occurredAt: new Date(headers['x-occurred-at']),
      correlationId: message.correlationId,
    },
  }

  it('is understood', () => {
    expect(readAccountEvent(receive(message))).toEqual(read)
  })

  it('is understood with members and headers that are not known yet', () => {
    const later = {
      ...message,
      headers: { ...headers, 'x-of-later': 'yes' },
      body: { ...body, locale: 'de', tags: ['a', { b: 1 }] },
    }
    expect(readAccountEvent(receive(later))).toEqual(read)
  })

  it.each(Object.keys(body))('is not understood without %s', (member) => {
    const rest = Object.fromEntries(Object.entries(body).filter(([name]) => name !== member))
    expect(readAccountEvent(receive({ ...message, body: rest }))).toMatchObject({ ok: false })
  })
})
