import request from 'supertest'
import { expect, test } from 'vitest'
import type { RequestIdentity } from '../logging/request-identity.ts'
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

test('the id that came with a request is in its answer, its log lines, and what its handler is told', async () => {
  const told: RequestIdentity[] = []
  const { app, logged } = createTestApp([
    bindRoute(telling)(async ({ request: { identity } }) => {
      told.push(identity)
      throw new Error('something unexpected')
    }),
  ])
  const response = await request(app).post('/tell').set('X-Request-Id', 'edge-4711-abc')
  expect(response.headers['x-request-id']).toBe('edge-4711-abc')
  expect(response.body).toMatchObject({ status: 500, request_id: 'edge-4711-abc' })
  const lines = logged().map(({ msg, request_id }) => [msg, request_id])
  expect(lines).toEqual([
    ['request failed', 'edge-4711-abc'],
    ['request', 'edge-4711-abc'],
  ])
  expect(told).toEqual([{ requestId: 'edge-4711-abc', traceparent: undefined }])
})

const traceId = '0af7651916cd43dd8448eb211c80319c'

test.each([
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
