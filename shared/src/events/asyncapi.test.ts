import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { topicMatches } from '../messaging/topic-matches.ts'
import { bindings } from '../messaging/topology.ts'
import { accountEvents, routingKeys } from './account-events.ts'
import { type AsyncApiDocument, createAsyncApiDocument, type ObjectSchema } from './asyncapi.ts'
import { readGoldenMessages } from './golden/golden-messages.ts'

const examples = readGoldenMessages().map(({ message }) => message)
const document: AsyncApiDocument = createAsyncApiDocument({ version: '1.2.3', examples })
const events = Object.values(document.components.messages)

const check = (schema: ObjectSchema, value: unknown) => {
  const ajv = new Ajv({ strict: true, formats: { 'date-time': (text) => !Number.isNaN(Date.parse(text)) } })
  ajv.validate(schema, value)
  return ajv.errors ?? []
}

const undescribed = ({ properties = {} }: ObjectSchema) =>
  Object.entries(properties)
    .filter(([, schema]) => typeof schema === 'boolean' || !(schema.description ?? schema.const))
    .map(([name]) => name)

describe('the AsyncAPI document', () => {
  it('has every event, with its routing key, in both channels and both operations', () => {
    expect(events.map((event) => [event.name, event['x-routing-key']])).toEqual(Object.entries(routingKeys))
    const keys = Object.keys(document.components.messages)
    for (const { messages } of Object.values(document.channels)) expect(Object.keys(messages)).toEqual(keys)
    for (const { channel, messages } of Object.values(document.operations))
      expect(messages.map(({ $ref }) => $ref)).toEqual(keys.map((key) => `${channel.$ref}/messages/${key}`))
  })

  it('an event with a routing key that user-service is not bound to would be lost: there is none', () => {
    const patterns = bindings.filter(({ queue }) => queue === 'user_info').map(({ pattern }) => pattern)
    const address = document.channels['users.events']
    for (const key of Object.values(routingKeys)) {
      expect(patterns.some((pattern) => topicMatches(pattern, key))).toBe(true)
      expect(address?.parameters?.change.enum.map((change) => `account.${change}`)).toContain(key)
    }
  })

  it('says of every event when it is sent, and of every member and header what it means', () => {
    for (const { summary, payload } of events) {
      expect(summary).not.toBe('')
      expect(undescribed(payload)).toEqual([])
    }
    expect(undescribed(document.components.schemas.EventHeaders)).toEqual([])
    expect(undescribed(document['x-amqp-properties'])).toEqual([])
  })

  it.each(events)('$name has an example that follows its own schemas', (event) => {
    expect(event.examples.length).toBeGreaterThan(0)
    for (const { headers, payload } of event.examples) {
      expect(check(event.payload, payload)).toEqual([])
      expect(check(document.components.schemas.EventHeaders, headers)).toEqual([])
      expect(check(event.payload, { ...payload, auth_id: '123' })).not.toEqual([])
    }
  })

  it('tells readers to expect members of later versions, though none is published by this one', () => {
    for (const event of events) {
      for (const { payload } of event.examples) {
        const later = { ...payload, later: true }
        expect(check(event.payload, later)).toEqual([])
        expect(accountEvents[event.name].safeParse(later).success).toBe(false)
      }
    }
  })
})
