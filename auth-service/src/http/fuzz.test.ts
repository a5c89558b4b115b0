import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { bodiesLike, segments } from '@accounts/shared/testing/arbitrary-requests'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type AuthApp, createAuthApp, serviceSecret } from '../testing/auth-app.ts'
import { accessOf, password, registerAdmin, registration } from '../testing/people.ts'
import { declareAuthRoutes } from './routes.ts'

const runs = 120

/** Bodies are made from the document, so a route is fuzzed from the day it is declared. */
describeDialects('18. whatever is sent', (createDatabase) => {
  let app: AuthApp
  let token: string
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
    token = accessOf(await registerAdmin(app, 'fuzzing_admin'))
  })
  afterAll(async () => app.close())

  const authorizations = () =>
    fc.constantFrom(
      undefined,
      `Bearer ${token}`,
      `Bearer ${token}x`,
      'Bearer',
      `Basic ${Buffer.from(`x:${serviceSecret}`).toString('base64')}`,
    )

  for (const { id, method, path } of Object.values(declareAuthRoutes(z.string()))) {
    // What it does to the account that it is called with would end the run.
    if (id === 'deactivateOwnAccount') continue
    test(`${method.toUpperCase()} ${path} answers as documented and never with a 5xx`, async () => {
      const { requestBody } = app.openapi.paths?.[path]?.[method as 'post'] ?? {}
      const content = Object.values((requestBody as { content?: object } | undefined)?.content ?? {})[0]
      const schema = resolve(app.openapi, (content as { schema?: object } | undefined)?.schema ?? {})
      const takesBody = ['post', 'put', 'patch'].includes(method)
      await fc.assert(
        fc.asyncProperty(
          bodiesLike(schema),
          authorizations(),
          segments,
          async ({ bytes, contentType }, authorization, segment) => {
            const answer = await app.call(
              method,
              path.replaceAll(/\{\w+\}/g, () => segment),
              {
                headers: {
                  ...(authorization !== undefined && { Authorization: authorization }),
                  ...(takesBody && contentType !== '' && { 'Content-Type': contentType }),
                },
                ...(takesBody && { raw: bytes }),
              },
            )
            expect(answer.status).toBeLessThan(500)
          },
        ),
        { numRuns: runs },
      )
      expect(app.logged()).not.toContain('request failed')
    })
  }
})

describeDialects('18. hostile bodies', (createDatabase) => {
  let app: AuthApp
  beforeAll(async () => {
    app = await createAuthApp({ createDatabase })
  })
  afterAll(async () => app.close())

  const json = 'application/json'
  const body = (members: object) => JSON.stringify({ ...registration('hostile'), ...members })

  test.each([
    [413, 'over the limit', json, body({ display_name: 'x'.repeat(100_001) })],
    [400, 'deep', json, `{"login":${'['.repeat(40_000)}${']'.repeat(40_000)}}`],
    [400, 'a name given twice', json, body({}).replace('{', '{"login":"other",')],
    [422, '__proto__', json, body({}).replace('{', '{"__proto__":{"role":"admin"},')],
    [422, 'constructor', json, body({}).replace('{', '{"constructor":{"prototype":{}},')],
    [422, 'NUL in a name', json, body({ display_name: 'John\0Doe' })],
    [422, 'NUL in a login', json, body({ login: 'john\0doe' })],
    [422, 'NUL in a password', json, body({ password: `${password}\0` })],
    [422, 'a lone surrogate in a name', json, body({ display_name: `John\uD800Doe` })],
    [422, 'a lone surrogate in a password', json, body({ password: `${password}\uDC00` })],
    [422, 'a very long login', json, body({ login: 'x'.repeat(90_000) })],
    [422, 'a very long password', json, body({ password: 'Aa1!'.repeat(20_000) })],
    [415, 'another type', 'text/plain', body({})],
    [415, 'no type', '', body({})],
    [415, 'another charset', 'application/json; charset=utf-16', body({})],
    [400, 'broken UTF-8', json, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d])],
    [400, 'nothing', json, ''],
    [422, 'not an object', json, '[]'],
  ])('%i: %s', async (status, _name, contentType, raw) => {
    const headers: Record<string, string> = contentType === '' ? {} : { 'Content-Type': contentType }
    const bytes = Buffer.isBuffer(raw) ? raw : Buffer.from(raw)
    const answer = await app.call('post', '/register', { raw: bytes, headers })
    expect(answer.status).toBe(status)
  })
})

/** A schema with its one reference followed. */
const resolve = (document: object, schema: object): object => {
  const { $ref } = schema as { $ref?: string }
  if ($ref === undefined) return schema
  return $ref
    .slice(2)
    .split('/')
    .reduce<object>((value, name) => (value as Record<string, object>)[name] ?? {}, document)
}
