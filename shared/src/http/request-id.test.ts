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

describeEmbedded('embedded bus', 'request id', () => requestIdContract(createSqliteTrial))

describeOn('rabbitmq', 'request id', (env) =>
  requestIdContract(() =>
    createRabbitTrial({ url: env.TEST_RABBITMQ_URL, managementUrl: env.TEST_RABBITMQ_MANAGEMENT_URL }),
  ),
)
