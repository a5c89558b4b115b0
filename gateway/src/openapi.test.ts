import { errorCodes } from '@accounts/shared/errors/codes'
import { changeLimit, readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteDeclaration } from '@accounts/shared/http/route'
import { createAnswerCheck, findDocumentFault } from '@accounts/shared/testing/documented-answers'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createGatewayOpenApi } from './openapi.ts'

const book = z.strictObject({ title: z.string() }).meta({ id: 'Book' })

const common = { tag: 'books', summary: 'A route of the test' } as const
const fine = { 200: { description: 'Fine', schema: book } } as const

const keys = declareRoute({
  ...common,
  id: 'keys',
  method: 'get',
  path: '/.well-known/jwks.json',
  gateway: { paths: ['/.well-known/jwks.json'], limit: readLimit },
  access: 'anyone',
  answers: fine,
})

const lend = declareRoute({
  ...common,
  id: 'lend',
  method: 'post',
  path: '/lend',
  gateway: { paths: ['/api/lend', '/api/v1/books/lend'], limit: { burst: 3, requests: 7, every: '1h' } },
  access: 'anyone',
  body: book,
  answers: fine,
})

const show = declareRoute({
  ...common,
  id: 'show',
  method: 'get',
  path: '/books/{book_id}',
  gateway: { paths: ['/api/books/{book_id}'], limit: readLimit },
  access: 'signed in',
  params: z.object({ book_id: z.string() }),
  answers: fine,
  errors: ['not_found'],
})

const burn = declareRoute({
  ...common,
  id: 'burn',
  method: 'delete',
  path: '/books',
  gateway: { paths: ['/api/books'], limit: changeLimit },
  access: { roles: ['admin'] },
  answers: { 204: { description: 'Gone' } },
})

const leave = declareRoute({
  ...common,
  id: 'leave',
  method: 'post',
  path: '/leave',
  gateway: { paths: ['/api/leave'], limit: changeLimit },
  access: 'signed in, even if expired',
  answers: { 204: { description: 'Gone' } },
})

const count = declareRoute({
  ...common,
  id: 'count',
  method: 'get',
  path: '/count',
  gateway: 'not exposed',
  access: 'service',
  answers: fine,
})

const describeServices = (...services: RouteDeclaration[][]) =>
  createGatewayOpenApi(services.map((routes) => ({ host: 'http://service', routes })))

const openapi = describeServices([keys, lend, show], [burn, leave, count])
const operationAt = (method: 'get' | 'post' | 'delete', path: string) => openapi.paths?.[path]?.[method]

describe('the OpenAPI document of the gateway', () => {
  it('is valid OpenAPI 3.1, and an invalid one would be noticed', async () => {
    expect(openapi.openapi).toMatch(/^3\.1\./)
    expect(await findDocumentFault(openapi)).toBe(undefined)
    const broken = { ...openapi, paths: { '/books': { get: { responses: { 200: {} } } } } }
    expect(await findDocumentFault(broken as unknown as typeof openapi)).toMatch(/description/)
  })

  it('has every path that a service offers through it, at the address of the gateway, and no other', () => {
    expect(Object.keys(openapi.paths ?? {})).toEqual([
      '/.well-known/jwks.json',
      '/api/lend',
      '/api/v1/books/lend',
      '/api/books/{book_id}',
      '/api/books',
      '/api/leave',
    ])
    expect(openapi.servers).toEqual([{ url: 'http://localhost:8080' }])
    expect(openapi.components?.securitySchemes).toEqual({ accessToken: expect.anything() })
    expect(JSON.stringify(openapi)).not.toContain('Through the gateway')
  })

  it('has an alias as an operation of its own, which says of what', () => {
    expect(operationAt('post', '/api/lend')).toMatchObject({
      operationId: 'lend',
      description: expect.stringContaining('Also offered as `POST /api/v1/books/lend`.'),
    })
    expect(operationAt('post', '/api/v1/books/lend')).toMatchObject({
      operationId: 'lendAtV1BooksLend',
      description: expect.stringContaining('An alias of `POST /api/lend`.'),
      requestBody: operationAt('post', '/api/lend')?.requestBody,
      responses: operationAt('post', '/api/lend')?.responses,
    })
  })

  it('says how much a route takes, and from whom', () => {
    const toll = 'Takes 3 requests at once and 7 more an hour from each address.'
    expect(operationAt('post', '/api/lend')?.description).toContain(toll)
    expect(operationAt('get', '/api/books/{book_id}')?.description).toMatch(/a second from each user\.$/)
    expect(operationAt('post', '/api/leave')?.description).toMatch(/a minute from each address\.$/)
  })

  it('asks for a token where the route does', () => {
    expect(operationAt('post', '/api/lend')?.security).toEqual([])
    for (const operation of [operationAt('delete', '/api/books'), operationAt('post', '/api/leave')])
      expect(operation?.security).toEqual([{ accessToken: [] }])
  })

  it('refuses one name for two schemas, and one id for two routes, of different services', () => {
    const other = z.strictObject({ pages: z.int() }).meta({ id: 'Book' })
    const answers = { 200: { description: 'Fine', schema: other } }
    const gateway = { paths: ['/api/other'], limit: readLimit } as const
    const elsewhere = { ...keys, gateway, id: 'other', path: '/other' } as const
    expect(() => describeServices([keys], [{ ...elsewhere, answers }])).toThrow('"Book"')
    expect(() => describeServices([keys], [{ ...elsewhere, id: 'keys' }])).toThrow('"keys"')
    expect(Object.keys(describeServices([keys], [elsewhere]).paths ?? {})).toHaveLength(2)
  })
})

describe('the answers of the gateway itself', () => {
  const faultOf = createAnswerCheck(openapi)
  const answer = (status: number, contentType?: string, body?: unknown) => ({
    ...{ status, contentType, body },
    headers: {},
  })
  const problem = (code: keyof typeof errorCodes, members = {}) => ({
    type: `urn:problem:${code}`,
    ...errorCodes[code],
    code,
    ...members,
  })
  const ofService = { request_id: '5f0c6f5e-6f0b-4b0e-9a3d-0d6f3f1f3b7a' }
  const asProblem = 'application/problem+json'

  it.each([
    ['get', '/api/books/{book_id}', 401, true],
    ['delete', '/api/books', 401, true],
    ['delete', '/api/books', 403, true],
    // The service alone judges a token that may have expired.
    ['post', '/api/leave', 401, false],
    ['post', '/api/lend', 401, false],
    ['get', '/api/books/{book_id}', 403, false],
    ['post', '/api/lend', 422, false],
    ['get', '/api/books/{book_id}', 404, false],
  ] as const)('%s %s may answer %i without a body: %s', (method, path, status, may) => {
    expect(faultOf(method, path, answer(status)) === undefined).toBe(may)
  })

  it('may be empty without a type only, and else are what the service answers', () => {
    const path = '/api/books/{book_id}'
    expect(faultOf('get', path, answer(401, asProblem, problem('token_expired', ofService)))).toBe(undefined)
    expect(faultOf('get', path, answer(401, asProblem))).toMatch(/another shape/)
    expect(faultOf('get', path, answer(401, 'text/html', '<p>'))).toMatch(/came as/)
    expect(faultOf('get', path, answer(401, undefined, 'x'))).toMatch(/came as/)
  })

  it.each(Object.entries(openapi.paths ?? {}))(
    '%s may answer 429, 431 and 500 without a body',
    (path, item) => {
      for (const method of Object.keys(item)) {
        for (const status of [429, 431, 500]) expect(faultOf(method, path, answer(status))).toBe(undefined)
        expect(faultOf(method, path, answer(429, asProblem, problem('unavailable')))).toMatch(/has a body/)
        const internal = problem('internal_error', ofService)
        expect(faultOf(method, path, answer(500, asProblem, internal))).toBe(undefined)
      }
    },
  )

  it('are a text for a broken parameter and a problem for another path, only where there are parameters', () => {
    const [withParameter, without] = ['/api/books/{book_id}', '/.well-known/jwks.json']
    for (const given of [
      answer(400, 'text/plain; charset=utf-8', 'error: encoded url params'),
      answer(404, 'application/json; charset=utf-8', problem('not_found')),
    ]) {
      expect(faultOf('get', withParameter, given)).toBe(undefined)
      expect(faultOf('get', without, given)).toMatch(/not documented/)
    }
    expect(openapi.components?.responses).toMatchObject({
      UnknownPath: { content: { 'application/json': {} } },
      OtherMethod: { content: { 'application/json': {} }, headers: { Allow: { required: true } } },
    })
  })
})
