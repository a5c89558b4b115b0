import { randomUUID } from 'node:crypto'
import request from 'supertest'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sampleMessage, type BusTrial } from '../messaging/testing/bus-trial.ts'
import { createRabbitTrial } from '../messaging/testing/rabbitmq-trial.ts'
import { createSqliteTrial } from '../messaging/testing/sqlite-trial.ts'
import { accountQueue } from '../messaging/topology.ts'
import { describeEmbedded, describeOn } from '../testing/engines.ts'
import { createTestApp } from '../testing/http.ts'
import { bindRoute, declareRoute } from './route.ts'

const telling = declareRoute({
  id: 'tell',
  method: 'post',
  path: '/tell',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'things',
  summary: 'Tells the others',
  answers: { 204: { description: 'Told' } },
})

const requestIdContract = (createTrial: () => Promise<BusTrial>) => {
  let trial: BusTrial
  beforeEach(async () => {
    trial = await createTrial()
  })
  afterEach(() => trial.end())

  it('the id that came with a request is in its answer, its log line and the message it caused', async () => {
    const bus = await trial.open()
    const { app, logged } = createTestApp([
      bindRoute(telling)(async (_input) => {
        await bus.publish(sampleMessage({ id: randomUUID() }))
        return { status: 204 }
      }),
    ])
    const response = await request(app).post('/tell').set('X-Request-Id', 'edge-4711-abc')
    expect(response.headers['x-request-id']).toBe('edge-4711-abc')
    expect(logged().map((line) => line['request_id'])).toEqual(['edge-4711-abc'])
    expect((await trial.drain(accountQueue)).map((message) => message.correlationId)).toEqual([
      'edge-4711-abc',
    ])
  })
}

const traceId = '0af7651916cd43dd8448eb211c80319c'

it.each([
  [`00-${traceId}-b7ad6b7169203331-01`, traceId],
  [`00-${'0'.repeat(32)}-b7ad6b7169203331-01`, undefined],
  [`00-${traceId}-${'0'.repeat(16)}-01`, undefined],
  [`ff-${traceId}-b7ad6b7169203331-01`, undefined],
  [`00-${traceId.toUpperCase()}-b7ad6b7169203331-01`, undefined],
  ['"', undefined],
])('a caller with traceparent %s is logged as trace %s', async (traceparent, logged) => {
  const { app, logged: lines } = createTestApp([bindRoute(telling)(async () => ({ status: 204 }))])
  await request(app).post('/tell').set('traceparent', traceparent)
  expect(lines().map((line) => line['trace_id'])).toEqual([logged])
})

describeEmbedded('embedded bus', 'request id', () => requestIdContract(createSqliteTrial))

describeOn('rabbitmq', 'request id', (env) =>
  requestIdContract(() =>
    createRabbitTrial({ url: env.TEST_RABBITMQ_URL, managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL }),
  ),
)
