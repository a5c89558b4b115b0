import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ServiceError } from '../errors/service-error.ts'
import { createTestApp } from '../testing/http.ts'
import { problemSchema } from './problem-schema.ts'
import { bindRoute, declareRoute } from './route.ts'

const echo = z.strictObject({ id: z.number(), name: z.string() })

const putThing = declareRoute({
  id: 'putThing',
  method: 'put',
  path: '/things/{thing_id}',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'things',
  summary: 'Stores a thing',
  params: z.object({ thing_id: z.coerce.number().int() }),
  body: z.strictObject({ name: z.string().min(3) }),
  answers: { 200: { description: 'Stored', schema: echo } },
})

const deleteThing = declareRoute({
  id: 'deleteThing',
  method: 'delete',
  path: '/things/{thing_id}',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'things',
  summary: 'Forgets a thing',
  params: z.object({ thing_id: z.string() }),
  answers: { 204: { description: 'Forgotten' } },
})

const failing = (error: () => unknown) =>
  bindRoute(
    declareRoute({
      id: 'fail',
      method: 'get',
      path: '/fail',
      gateway: 'not exposed',
      access: 'anyone',
      tag: 'things',
      summary: 'Fails',
      answers: { 204: { description: 'Never' } },
    }),
  )(async () => {
    throw error()
  })

const { app } = createTestApp([
  bindRoute(putThing)(({ params, body }) => ({
    status: 200,
    body: { id: params.thing_id, name: body.name },
  })),
  bindRoute(deleteThing)((_input) => ({ status: 204 })),
])

const put = (body: string | Buffer, contentType = 'application/json') =>
  request(app)
    .put('/things/7')
    .set('Content-Type', contentType)
    .serialize((raw: unknown) => raw as string)
    .send(body as string)

const expectProblem = (response: request.Response, status: number, code: string) => {
  expect(response.headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = problemSchema.parse(JSON.parse(response.text))
  expect(problem).toMatchObject({ status, code, type: `urn:problem:${code}` })
  expect(response.status).toBe(status)
  expect(problem.request_id).toBe(response.headers['x-request-id'])
  return problem
}

describe('app', () => {
  it('a handler gets what its schemas made of the request, and its answer goes out unchanged', async () => {
    const response = await put('{"name":"ключ 🔑"}')
    expect(response.status).toBe(200)
    expect(response.body).toEqual({ id: 7, name: 'ключ 🔑' })
    expect(response.headers['cache-control']).toBe('no-store')
  })

  it('204 has no body and no content type', async () => {
    const response = await request(app).delete('/things/7')
    expect(response.status).toBe(204)
    expect(response.text).toBe('')
    expect(response.headers['content-type']).toBeUndefined()
  })

  it.each([
    ['cut off', '{"name":'],
    ['empty', ''],
    ['broken UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ])('a body that is %s is 400 malformed_json', async (_case, body) => {
    expectProblem(await put(body), 400, 'malformed_json')
  })

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16'])(
    'a body of type %s is 415',
    async (contentType) => {
      expectProblem(await put('{"name":"abc"}', contentType), 415, 'unsupported_media_type')
    },
  )

  it('a body without a type is 415, a compressed one too', async () => {
    expectProblem(await request(app).put('/things/7'), 415, 'unsupported_media_type')
    const compressed = put('{"name":"abc"}').set('Content-Encoding', 'gzip')
    expectProblem(await compressed, 415, 'unsupported_media_type')
  })

  it('100 kB are read, one byte more is 413', async () => {
    const fill = (bytes: number) => `{"name":"${'a'.repeat(bytes - '{"name":""}'.length)}"}`
    expect((await put(fill(100_000))).status).toBe(200)
    expectProblem(await put(fill(100_001)), 413, 'body_too_large')
  })

  it('422 names the path of every fault, in the body and in the path, and of unknown members', async () => {
    const response = await request(app).put('/things/seven').send({ name: 'ab', role: 'admin' })
    const problem = expectProblem(response, 422, 'validation_failed')
    expect(problem.errors?.map(({ path }) => path).toSorted()).toEqual(['name', 'params.thing_id', 'role'])
  })

  it('an unknown path is 404, also in another case or with a slash at the end', async () => {
    for (const path of ['/nowhere', '/Things/7', '/things/7/'])
      expectProblem(await request(app).delete(path), 404, 'not_found')
  })

  it('a known path under another method is 405 and says which are allowed', async () => {
    const response = await request(app).post('/things/7')
    expectProblem(response, 405, 'method_not_allowed')
    expect(response.headers['allow']).toBe('PUT, DELETE')
  })

  it('a path that cannot be decoded is 400', async () => {
    expectProblem(await request(app).delete('/things/%zz'), 400, 'malformed_request')
  })

  it('an expected error answers with its code, its detail and its headers; 503 always has Retry-After', async () => {
    const { app: busy } = createTestApp([
      failing(() => new ServiceError('unavailable', { detail: 'try later' })),
    ])
    const response = await request(busy).get('/fail')
    expect(expectProblem(response, 503, 'unavailable').detail).toBe('try later')
    expect(Number(response.headers['retry-after'])).toBeGreaterThan(0)
  })

  it('an unexpected error is 500 that says nothing but its request id; the log says the rest, once', async () => {
    const { app: broken, logged } = createTestApp([failing(() => new Error('the secret recipe'))])
    const response = await request(broken).get('/fail')
    expectProblem(response, 500, 'internal_error')
    expect(response.text).not.toContain('recipe')
    const failures = logged().filter(({ msg }) => msg === 'request failed')
    expect(failures).toEqual([
      expect.objectContaining({
        request_id: response.headers['x-request-id'],
        err: expect.objectContaining({ message: 'the secret recipe' }),
      }),
    ])
  })

  it('keeps a sensible request id of the caller and replaces any other', async () => {
    const ask = (id: string) => request(app).delete('/things/7').set('X-Request-Id', id)
    expect((await ask('edge-4711.abc')).headers['x-request-id']).toBe('edge-4711.abc')
    for (const id of ['short', 'x'.repeat(129), 'white space in it', '"quoted-value"'])
      expect((await ask(id)).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('logs one line a request with route, status and the client address that the one trusted proxy names', async () => {
    const { app: other, logged } = createTestApp([bindRoute(deleteThing)((_input) => ({ status: 204 }))])
    await request(other).delete('/things/7?token=hunter2').set('X-Forwarded-For', '6.6.6.6, 203.0.113.9')
    const lines = logged()
    expect(lines).toEqual([
      expect.objectContaining({
        msg: 'request',
        method: 'DELETE',
        route: '/things/:thing_id',
        status: 204,
        ip: '203.0.113.9',
      }),
    ])
    expect(JSON.stringify(lines)).not.toContain('hunter2')
  })

  it('/metrics counts requests by route, never by path', async () => {
    await request(app).get('/nowhere-in-particular')
    const { text } = await request(app).get('/metrics')
    expect(text).toMatch(/http_request_duration_seconds_count\{.*route="\/things\/:thing_id".*\} \d+/)
    expect(text).toMatch(/route="unmatched"/)
    expect(text).not.toContain('nowhere-in-particular')
  })

  it('sends one set of security headers and does not say what it is made of', async () => {
    const { headers } = await request(app).delete('/things/7')
    expect(headers).toMatchObject({
      'content-security-policy': "default-src 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    })
    expect(headers['x-powered-by']).toBeUndefined()
  })
})
