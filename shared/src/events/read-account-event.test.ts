import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ReceivedMessage } from '../messaging/bus.ts'
import { readAccountEvent } from './read-account-event.ts'

const register = { event_type: 'Register', auth_id: 7, display_name: 'John Doe' }
const headers = {
  'x-aggregate-id': '7',
  'x-aggregate-version': 1,
  'x-schema-version': 1,
  'x-occurred-at': '2026-01-02T03:04:05.678Z',
}

const received = (changes: Partial<ReceivedMessage> = {}): ReceivedMessage => ({
  id: 'message-1',
  type: 'Register',
  routingKey: 'account.registered',
  appId: 'auth-service',
  correlationId: 'request-1',
  timestampSeconds: 1,
  headers,
  body: JSON.stringify(register),
  attempts: 0,
  ...changes,
})

const withBody = (body: unknown) => readAccountEvent(received({ body: JSON.stringify(body) }))
const withHeaders = (changes: object) => readAccountEvent(received({ headers: { ...headers, ...changes } }))
const fault = (text: string) => ({ ok: false, fault: text })

describe('reading an event', () => {
  it('takes it with its order, its time and its cause', () => {
    expect(readAccountEvent(received())).toEqual({
      ok: true,
      received: {
        id: 'message-1',
        event: register,
        version: 1,
        occurredAt: new Date('2026-01-02T03:04:05.678Z'),
        correlationId: 'request-1',
      },
    })
  })

  it('lets pass what is not known, and leaves it out', () => {
    expect(withBody({ ...register, later: true })).toMatchObject({ ok: true, received: { event: register } })
    expect(withHeaders({ 'x-of-later': 'yes' })).toMatchObject({ ok: true })
  })

  it.each([
    ['no id', received({ id: '' }), 'it has no message id'],
    ['no JSON', received({ body: '{"event_type":' }), 'its body is not JSON'],
    ['an empty body', received({ body: '' }), 'its body is not JSON'],
    ['no object', received({ body: 'null' }), 'its body names no event_type'],
    ['a list', received({ body: '[]' }), 'its body names no event_type'],
    ['a NUL in the id', received({ id: 'a\0' }), 'it holds a NUL, which cannot be stored'],
    [
      'a NUL in the body',
      received({ body: JSON.stringify({ ...register, display_name: 'a\0' }) }),
      'it holds a NUL, which cannot be stored',
    ],
  ])('%s is a fault', (_what, message, reason) => {
    expect(readAccountEvent(message)).toEqual(fault(reason))
  })

  it.each(['constructor', '__proto__', 'toString'])('%s is no event, though every object has one', (type) => {
    expect(withBody({ event_type: type })).toMatchObject({ ok: false })
  })

  it('names an unknown event, unless that looks like anything but a name', () => {
    expect(withBody({ event_type: 'Account Rename' })).toEqual(
      fault('its event_type "Account Rename" is not known here'),
    )
    expect(withBody({ event_type: 'Tr0ub4dor&3' })).toEqual(fault('its event_type is not known here'))
  })

  it('says which member is wrong', () => {
    expect(withBody({ ...register, auth_id: '7' })).toEqual(
      fault('its body is no Register: auth_id (invalid_type)'),
    )
    expect(withHeaders({ 'x-aggregate-version': 0 })).toEqual(
      fault('its headers are not those of an event: x-aggregate-version (too_small)'),
    )
    expect(withHeaders({ 'x-aggregate-id': '8' })).toEqual(
      fault('its headers speak of another account than its body'),
    )
  })

  it('an event of a later description is not guessed at', () => {
    expect(withHeaders({ 'x-schema-version': 2 })).toMatchObject({ ok: false })
  })

  it('never throws, and never shows a value', () => {
    const secret = 'S3cret!'
    const value = fc.oneof(fc.constant(secret), fc.jsonValue())
    const member = fc.constantFrom('auth_id', 'display_name', 'ver', 'session_id', 'is_active', secret)
    const type = fc.constantFrom('Register', 'Password Change', 'Session Revoke', 'Account Snapshot', secret)
    const anyBody = fc.tuple(type, fc.dictionary(member, value)).map(([event_type, members]) => ({
      event_type,
      ...members,
    }))
    const anyHeaders = fc.dictionary(fc.constantFrom(...Object.keys(headers), secret), value)
    fc.assert(
      fc.property(anyBody, anyHeaders, (body, given) => {
        const reading = readAccountEvent(received({ body: JSON.stringify(body), headers: given }))
        expect(reading.ok).toBe(false)
        expect(JSON.stringify(reading)).not.toContain(secret)
      }),
      { seed: 4, numRuns: 500 },
    )
  })
})
