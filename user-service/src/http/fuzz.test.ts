import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { bodiesLike, valuesLike } from '@accounts/shared/testing/arbitrary-requests'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createUserApp, serviceSecret, type UserApp } from '../testing/user-app.ts'
import { userRoutes } from './routes.ts'

const runs = 120

/** Bodies are made from the document, so a route is fuzzed from the day it is declared. */
describeDialects('18. whatever is sent to user-service', (createDatabase) => {
  let app: UserApp
  let token: string
  beforeAll(async () => {
    app = await createUserApp({ createDatabase })
    token = app.tokenOf({ id: 51 })
  })
  afterAll(async () => app.close())

  const authorizations = () =>
    fc.constantFrom(
      `Bearer ${token}`,
      `Basic ${Buffer.from(`x:${serviceSecret}`).toString('base64')}`,
      undefined,
      `Bearer ${token}x`,
      'Bearer',
    )

  const queries = () =>
    fc.dictionary(fc.constantFrom('after', 'limit', 'other', '__proto__'), valuesLike({ type: 'integer' }), {
      maxKeys: 3,
    })

  for (const { id, method, path } of Object.values(userRoutes))
    test(`${method.toUpperCase()} ${path} answers as documented and never with a 5xx`, async () => {
      const statuses = new Set<number>()
      const schema = schemaOf(app.openapi, id)
      await fc.assert(
        fc.asyncProperty(
          bodiesLike(schema),
          authorizations(),
          queries(),
          async ({ bytes, contentType }, authorization, query) => {
            const search = new URLSearchParams()
            // A longer line is refused before any route is looked for.
            for (const [name, value] of Object.entries(query))
              search.append(name, JSON.stringify(value).slice(0, 100))
            const answer = await app.call(method, `${path}?${search.toString()}`, {
              headers: {
                ...(authorization !== undefined && { Authorization: authorization }),
                ...(method === 'patch' && contentType !== '' && { 'Content-Type': contentType }),
              },
              ...(method === 'patch' && { raw: bytes }),
            })
            statuses.add(answer.status)
            expect(answer.status).toBeLessThan(500)
          },
        ),
        { numRuns: runs },
      )
      expect(app.logged()).not.toContain('request failed')
      // It was not stopped at the door every time.
      expect([...statuses]).toEqual(expect.arrayContaining([401, method === 'patch' ? 422 : 200]))
    })
})

describeDialects('18. hostile bodies for user-service', (createDatabase) => {
  let app: UserApp
  beforeAll(async () => {
    app = await createUserApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const json = 'application/json'
  test.each([
    [413, 'over the limit', json, JSON.stringify({ bio: 'x'.repeat(100_001) })],
    [422, 'a very long bio', json, JSON.stringify({ bio: 'x'.repeat(90_000) })],
    [400, 'deep', json, `{"bio":${'['.repeat(40_000)}${']'.repeat(40_000)}}`],
    [400, 'a name given twice', json, '{"bio":"one","bio":"two"}'],
    [422, '__proto__', json, '{"bio":"x","__proto__":{"role":"admin"}}'],
    [422, 'constructor', json, '{"bio":"x","constructor":{"prototype":{}}}'],
    [415, 'another type', 'text/plain', '{"bio":"x"}'],
    [415, 'no type', '', '{"bio":"x"}'],
    [400, 'broken UTF-8', json, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    [400, 'nothing', json, ''],
    [422, 'not an object', json, '[]'],
  ])('%i: %s', async (status, _name, contentType, raw) => {
    const headers: Record<string, string> = contentType === '' ? {} : { 'Content-Type': contentType }
    const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(raw)
    const token = app.tokenOf({ id: 52 })
    expect((await app.call('patch', '/edit-bio', { token, raw: bytes, headers })).status).toBe(status)
  })
})

/** Of the body, with its one reference followed. */
const schemaOf = (document: UserApp['openapi'], id: string): object => {
  const operations = Object.values(document.paths ?? {}).flatMap(
    (path) => Object.values(path as object) as object[],
  )
  const operation = operations.find((each) => (each as { operationId?: string }).operationId === id)
  const { requestBody } = operation as {
    requestBody?: { content: Record<string, { schema: { $ref?: string } }> }
  }
  const { $ref } = Object.values(requestBody?.content ?? {})[0]?.schema ?? {}
  if ($ref === undefined) return {}
  return $ref
    .slice(2)
    .split('/')
    .reduce<object>((value, name) => (value as Record<string, object>)[name] ?? {}, document)
}
