import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { accountQueue, eventsExchange } from '../messaging/topology.ts'
import { accountEvents, type AccountEventType, routingKeys } from './account-events.ts'
import { eventHeaders } from './event-headers.ts'
import type { GoldenMessage } from './golden/golden-messages.ts'

export type AsyncApiDocument = ReturnType<typeof createAsyncApiDocument>

export type EventDescription = ReturnType<typeof describeEvent>

export type ObjectSchema = ReturnType<typeof jsonSchemaOf>

const bindingVersion = '0.3.0'

const properties = z.object({
  message_id: z.string().describe('The same however often the event is delivered.'),
  type: z.string().describe('As `event_type` in the body.'),
  timestamp: z.int().describe('When it was sent, in seconds since 1970.'),
  app_id: z.literal('auth-service').describe('Who sends it.'),
  correlation_id: z.string().optional().describe('The request that caused the event.'),
  content_type: z.literal('application/json').describe('The body is JSON in UTF-8.'),
  delivery_mode: z.literal(2).describe('The broker keeps it on its disk.'),
})

const description = `What auth-service tells of its accounts.

Every change that was answered with success is delivered at least once, whatever fails meanwhile. That it takes effect
once is up to the consumer: drop a message whose \`message_id\` you have seen, and one whose \`x-aggregate-version\` is not
above the last of its account; keep one that is ahead until those before it are here.

Let pass what is not described here: members and headers may be added at any time.`

/** The document of everything that travels, from the schemas that publish and consume it. */
export const createAsyncApiDocument = ({ version, examples }: AsyncApiNeeds) => {
  const types = Object.keys(accountEvents) as AccountEventType[]
  const inChannel = Object.fromEntries(
    types.map((type) => [keyOf(type), { $ref: `#/components/messages/${keyOf(type)}` }]),
  )
  const messagesOf = (channel: string) =>
    types.map((type) => ({ $ref: `#/channels/${channel}/messages/${keyOf(type)}` }))
  return {
    asyncapi: '3.0.0',
    info: { title: 'Account events', version, description },
    defaultContentType: 'application/json',
    channels: {
      [eventsExchange]: {
        title: 'Exchange of account events',
        address: 'account.{change}',
        description: `Bind a queue of your own to the exchange \`${eventsExchange}\`: \`account.*\` for all of them.`,
        parameters: { change: { description: 'What happened.', enum: types.map(changeOf) } },
        messages: inChannel,
        bindings: {
          amqp: {
            is: 'routingKey',
            exchange: { name: eventsExchange, type: 'topic', durable: true, autoDelete: false, vhost: '/' },
            bindingVersion,
          },
        },
      },
      [accountQueue]: {
        title: 'Queue of user-service',
        address: accountQueue,
        description: `Bound to \`${eventsExchange}\` with \`account.*\`; nobody else reads from it.`,
        messages: inChannel,
        bindings: {
          amqp: {
            is: 'queue',
            queue: { name: accountQueue, durable: true, exclusive: false, autoDelete: false, vhost: '/' },
            bindingVersion,
          },
        },
      },
    },
    operations: {
      sendAccountEvents: {
        action: 'send',
        title: 'auth-service sends',
        channel: { $ref: `#/channels/${eventsExchange}` },
        messages: messagesOf(eventsExchange),
        bindings: { amqp: { deliveryMode: 2, mandatory: true, timestamp: true, bindingVersion } },
      },
      receiveAccountEvents: {
        action: 'receive',
        title: 'user-service receives',
        channel: { $ref: `#/channels/${accountQueue}` },
        messages: messagesOf(accountQueue),
        bindings: { amqp: { ack: true, bindingVersion } },
      },
    },
    components: {
      messages: Object.fromEntries(types.map((type) => [keyOf(type), describeEvent(type, examples)])),
      schemas: { EventHeaders: jsonSchemaOf(eventHeaders) },
      correlationIds: {
        request: {
          description: 'The AMQP property `correlation_id`: the id of the request that caused the event.',
          location: '$message.header#/correlation_id',
        },
      },
    },
    'x-amqp-properties': jsonSchemaOf(properties),
  }
}

interface AsyncApiNeeds {
  version: string
  examples: readonly GoldenMessage[]
}

const documentFile = new URL('../../asyncapi.json', import.meta.url)

/** As it was generated, and committed. */
export const readAsyncApiDocument = () => JSON.parse(readFileSync(documentFile, 'utf8')) as AsyncApiDocument

const describeEvent = (type: AccountEventType, examples: readonly GoldenMessage[]) => ({
  name: type,
  title: type,
  summary: accountEvents[type].description ?? '',
  contentType: 'application/json',
  headers: { $ref: '#/components/schemas/EventHeaders' },
  payload: jsonSchemaOf(accountEvents[type]),
  correlationId: { $ref: '#/components/correlationIds/request' },
  bindings: { amqp: { messageType: type, bindingVersion } },
  examples: examples
    .filter((example) => example.type === type)
    .map(({ headers, body }) => ({ headers, payload: body })),
  'x-routing-key': routingKeys[type],
})

const keyOf = (type: AccountEventType) => type.replaceAll(' ', '')

const changeOf = (type: AccountEventType) => routingKeys[type].replace('account.', '')

/** As its readers should take it: more members may come, and what only restates a format or a number's size is noise. */
const jsonSchemaOf = (schema: z.ZodObject) => {
  const { $schema: _draft, ...described } = z.toJSONSchema(schema, {
    target: 'draft-7',
    override: ({ jsonSchema }) => {
      delete jsonSchema.additionalProperties
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
    },
  })
  return described
}
