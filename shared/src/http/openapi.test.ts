import { Validator } from '@seriousme/openapi-schema-validator'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { ServiceError } from '../errors/service-error.ts'
import { createTestApp } from '../testing/http.ts'
import { changeLimit } from './limits.ts'
import { createOpenApiDocument, errorCodesOf } from './openapi.ts'
import { problemSchema } from './problem-schema.ts'
import { bindRoute, declareRoute, type RouteDeclaration } from './route.ts'

const book = z.strictObject({ id: z.int(), title: z.string() }).meta({ id: 'Book' })

const replaceBook = declareRoute({
  id: 'replaceBook',
  method: 'put',
  path: '/books/{book_id}',
  gateway: { paths: ['/api/books/{book_id}', '/api/v1/books/{book_id}'], limit: changeLimit },
  access: 'anyone',
  tag: 'books',
  summary: 'Replace a book',
  description: 'Every member is replaced.',
  params: z.object({ book_id: z.coerce.number().int() }),
  query: z.object({ dry: z.enum(['yes', 'no']).default('no') }),
  body: z.strictObject({ title: z.string() }).meta({ id: 'ReplaceBook' }),
  answers: { 200: { description: 'The book', schema: book } },
  errors: ['not_found', 'unavailable'],
})

const countBooks = declareRoute({
  id: 'countBooks',
  method: 'get',
  path: '/books',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'books',
  summary: 'Count the books',
  answers: {
    204: { description: 'Counted' },
    503: { description: 'Still counting', schema: z.strictObject({ counted: z.int() }) },
  },
  errors: ['unavailable'],
})

const describeApi = (...routes: RouteDeclaration[]) =>
  createOpenApiDocument({ title: 'Books', version: '1.0.0', description: 'All of them.', routes })

const openapi = describeApi(replaceBook, countBooks)
const problemContentOf = (component: string) => {
  const answer = openapi.components?.responses?.[component]
  if (answer === undefined || !('content' in answer)) throw new Error(`no component ${component}`)
  return answer.content?.['application/problem+json']
}

describe('OpenAPI document', () => {
  it('is valid OpenAPI 3.1, and an invalid one would be noticed', async () => {
    const validate = (document: unknown) =>
      new Validator().validate(structuredClone(document) as Record<string, unknown>)
    expect(openapi.openapi).toMatch(/^3\.1\./)
    expect(await validate(openapi)).toEqual({ valid: true })
    expect(
      await validate({ ...openapi, paths: { '/books': { get: { responses: { 200: {} } } } } }),
    ).toMatchObject({
      valid: false,
    })
  })

  it('describes a route: what it takes, what it answers, where the gateway offers it', () => {
    expect(openapi.paths?.['/books/{book_id}']?.put).toMatchObject({
      operationId: 'replaceBook',
      tags: ['books'],
      summary: 'Replace a book',
      description:
        'Every member is replaced.\n\nThrough the gateway: `PUT /api/books/{book_id}`, `PUT /api/v1/books/{book_id}`.',
      parameters: [
        { in: 'path', name: 'book_id', required: true, schema: { type: 'integer' } },
        { in: 'query', name: 'dry', schema: { enum: ['yes', 'no'], default: 'no' } },
      ],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/ReplaceBook' } } },
      },
    })
    expect(openapi.paths?.['/books/{book_id}']?.put?.responses?.[200]).toEqual({
      description: 'The book',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Book' } } },
    })
    expect(openapi.paths?.['/books']?.get?.description).toBe('Not offered by the gateway.')
    expect(Object.keys(openapi.components?.schemas ?? {}).toSorted()).toEqual([
      'Book',
      'Problem',
      'ReplaceBook',
    ])
  })

  it('has one answer for every status of a route, narrowed to the codes that are possible there', () => {
    const responses = openapi.paths?.['/books/{book_id}']?.put?.responses
    expect(Object.keys(responses ?? {}).map(Number)).toEqual([200, 400, 404, 413, 415, 422, 500, 503])
    expect(responses?.[400]).toEqual({ $ref: '#/components/responses/MalformedJsonOrMalformedRequest' })
    expect(openapi.components?.responses?.MalformedJsonOrMalformedRequest).toMatchObject({
      description:
        '- `malformed_json`: The body is not valid JSON\n- `malformed_request`: The request cannot be read',
    })
    expect(problemContentOf('MalformedJsonOrMalformedRequest')?.schema).toMatchObject({
      properties: { code: { enum: ['malformed_json', 'malformed_request'] } },
    })
    expect(openapi.components?.responses?.Unavailable).toMatchObject({
      headers: { 'Retry-After': { required: true } },
    })
  })

  it('joins what a route declares for a status and the problems of that status', () => {
    expect(openapi.paths?.['/books']?.get?.responses?.[204]).toEqual({ description: 'Counted' })
    expect(openapi.paths?.['/books']?.get?.responses?.[503]).toMatchObject({
      description: 'Still counting\n\n`unavailable`: Temporarily unavailable',
      headers: { 'Retry-After': {} },
      content: { 'application/json': {}, 'application/problem+json': {} },
    })
  })

  it('shows an example of every problem, and each is one', () => {
    for (const component of Object.keys(openapi.components?.responses ?? {})) {
      const examples = Object.values(problemContentOf(component)?.examples ?? {})
      expect(examples).not.toHaveLength(0)
      for (const example of examples) problemSchema.parse('value' in example && example.value)
    }
  })

  it('is refused for two routes of one id or place, and for a path whose parameters are not described', () => {
    expect(() => describeApi(countBooks, { ...countBooks, path: '/other' })).toThrow('"countBooks"')
    expect(() => describeApi(countBooks, { ...countBooks, id: 'other' })).toThrow('"get /books"')
    expect(() => describeApi({ ...countBooks, path: '/books/{book_id}' })).toThrow('[book_id]')
  })
})

describe('error codes of a route', () => {
  const failures = { not_found: 'not_found', unavailable: 'unavailable', internal_error: undefined } as const
  const { app } = createTestApp([
    bindRoute(replaceBook)(({ body }) => {
      const code = failures[body.title as keyof typeof failures]
      throw code === undefined ? new Error(body.title) : new ServiceError(code)
    }),
  ])
  const put = (body: string, { path = '/books/1', type = 'application/json' } = {}) =>
    request(app).put(path).set('Content-Type', type).send(body)

  it('are exactly those that a real application answers with', async () => {
    const answers = await Promise.all([
      put('{"title":'),
      put('{}', { type: 'text/plain' }),
      put(JSON.stringify({ title: 'x'.repeat(100_000) })),
      put('{}'),
      put('{"title":"x"}', { path: '/books/one' }),
      put('{"title":"x"}', { path: '/books/1?dry=perhaps' }),
      put('{"title":"x"}', { path: '/books/%E0%A4%A' }),
      ...Object.keys(failures).map((title) => put(JSON.stringify({ title }))),
    ])
    const problems = answers.map(({ body }) => problemSchema.parse(body))
    expect(new Set(problems.map(({ code }) => code))).toEqual(new Set(errorCodesOf(replaceBook)))
  })

  it('are few where a route takes nothing', () => {
    expect(errorCodesOf(countBooks)).toEqual(['internal_error', 'unavailable'])
  })
})
