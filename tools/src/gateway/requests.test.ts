import { embeddedEngine, type GatewayEngine, krakendEngine } from '@accounts/gateway/suite/gateway-engine'
import { send } from '@accounts/gateway/suite/client'
import { controlSegments, expectForAll, requestsLike } from '@accounts/shared/testing/arbitrary-requests'
import { createSqliteDatabase } from '@accounts/shared/testing/databases'
import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { gatewayServices } from '../generate/files.ts'
import { startSystem, type System } from '../verify/testing/start-system.ts'
import { type Cast, createCast, type Who } from './testing/cast.ts'
import { createExchange, type Exchange, type SentRequest } from './testing/exchange.ts'
import { createJudge } from './testing/judge.ts'
import { type Operation, readGatewayDocument, readOperations } from './testing/operations.ts'

// Other requests, and more of them: REQUEST_SEED=7 REQUEST_RUNS=1000
const trial = {
  seed: Number(process.env['REQUEST_SEED'] ?? 20_260_101),
  runs: Number(process.env['REQUEST_RUNS'] ?? 120),
}
const timeoutMilliseconds = 120_000

const document = readGatewayDocument()
const operations = readOperations(document)
const { expectDocumented, expectAdmission, expectStray } = createJudge(document)

const titled = (some: readonly Operation[]) =>
  some.map((operation) => [`${operation.method} ${operation.path}`, operation] as const)

/** Those whom an operation is for, and those whom it is not for. */
const triersOf = ({ access }: Operation): Who[] =>
  access === 'administrators' ? ['admin', 'user'] : ['user']

const isFor = ({ access }: Operation, who: Who) => access !== 'administrators' || who === 'admin'

const validRequest = ({ parameters, validBody }: Operation): SentRequest => ({
  authorization: 'Bearer {{access}}',
  segments: parameters.map((name) => `{{${name}}}`),
  query: '',
  headers: {},
  body: validBody && { contentType: 'application/json', bytes: JSON.stringify(validBody) },
  isChunked: false,
})

const describeRequests = (engine: GatewayEngine) => {
  let system: System
  let cast: Cast
  let exchange: Exchange
  beforeAll(async () => {
    const urls: string[] = []
    const createDatabase = async () => {
      const database = await createSqliteDatabase()
      urls.push(database.url)
      return database
    }
    system = await startSystem({ gateway: engine, createDatabase })
    const { url } = system.target
    // That of auth-service is made first.
    cast = await createCast({ url, databaseUrl: urls[0] ?? '' })
    exchange = createExchange({ url, cast })
  }, 60_000)
  afterAll(async () => {
    await cast?.close()
    await system?.end()
  })

  describe.each(titled(operations))('%s', (_title, operation) => {
    test.each(triersOf(operation))('a valid request of the %s', async (who) => {
      const answer = await exchange(operation, validRequest(operation), who)
      expectDocumented(operation, answer)
      expectAdmission(operation, { judgement: 'good', who }, answer)
      if (isFor(operation, who)) expect(operation.successes).toContain(answer.status)
    })

    test.each(triersOf(operation))(
      'whatever the %s sends is answered as documented, and never with a 5xx',
      async (who) => {
        const statuses = new Set<number>()
        await expectForAll(
          requestsLike(operation),
          { ...trial, mostMilliseconds: timeoutMilliseconds / 2 },
          async (request) => {
            const { judgement, header } = request.authorization
            const answer = await exchange(operation, { ...request, authorization: header }, who)
            expect(answer.status, answer.text).toBeLessThan(500)
            expectDocumented(operation, answer)
            expectAdmission(operation, { judgement, who }, answer)
            statuses.add(answer.status)
          },
        )
        // It was not stopped at the door every time.
        const inside: number[] = operation.body
          ? [...operation.successes, 400, 415, 422]
          : [...operation.successes]
        expect([...statuses]).toEqual(expect.arrayContaining(isFor(operation, who) ? inside : [401, 403]))
      },
      timeoutMilliseconds,
    )
  })

  const withParameters = operations.filter(({ parameters }) => parameters.length > 0)

  test.each(titled(withParameters))(
    '%s: a control character in a parameter is a 500 of the gateway, and leads to no other',
    async (_title, operation) => {
      // More than it takes to open the circuit breaker.
      await expectForAll(
        controlSegments,
        { ...trial, runs: 30, mostMilliseconds: 15_000 },
        async (segment) => {
          const request = { ...validRequest(operation), segments: operation.parameters.map(() => segment) }
          const answer = await exchange(operation, request, 'admin')
          expectDocumented(operation, answer)
          expect(answer).toMatchObject({ status: 500, text: '' })
          if (operation.isRefusedAtGateway)
            expect((await exchange(operation, request, 'user')).status).toBe(403)
        },
      )
      const answer = await exchange(operation, validRequest(operation), 'admin')
      expect(operation.successes).toContain(answer.status)
    },
  )

  test('headers that the gateway takes are too large for no service', async () => {
    const oneOfEach = operations.filter(({ id }) => ['login', 'profile'].includes(id))
    for (const operation of oneOfEach)
      for (let bytes = 13_000; bytes < 21_000; bytes += 40) {
        const request = { ...validRequest(operation), headers: { Accept: 'x'.repeat(bytes) } }
        const answer = await exchange(operation, request, 'user').catch(
          (error: NodeJS.ErrnoException) => error,
        )
        // It may hang up before it is heard.
        if (answer instanceof Error) {
          expect(answer).toMatchObject({ code: expect.stringMatching(/^(?:ECONNRESET|EPIPE)$/) })
          expect(bytes).toBeGreaterThan(15_000)
        } else {
          expectDocumented(operation, answer)
          // Only what comes from a service has that header.
          if (answer.status === 431) expect(answer.headers).not.toHaveProperty('x-krakend')
          else expect(operation.successes).toContain(answer.status)
        }
      }
  })

  const template = (path: string) => path.replaceAll(/\{\w+\}/g, '1')
  const methodsAt = (path: string) =>
    operations
      .filter((operation) => new RegExp(`^${operation.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
      .map(({ method }) => method)

  test.each(Object.keys(document.paths ?? {}).map(template))('%s has no other methods', async (path) => {
    const methods = methodsAt(path)
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'])
      if (!methods.includes(method)) {
        const answer = await send(system.target.url, { method, path })
        expectStray(answer)
        expect(answer.headers.allow?.split(', ').toSorted()).toEqual(methods.toSorted())
      }
  })

  test('there are no other paths', async () => {
    const inside = gatewayServices().flatMap(({ routes }) => routes.map(({ path }) => path))
    const outside = Object.keys(document.paths ?? {})
    const others = ['/', '/api', '/metrics', '/health/ready', '/docs', '/redoc', '/openapi.json', '/asyncapi']
    const strays = [
      ...others,
      ...inside,
      ...outside.flatMap((path) => [`${path}/`, `/${path}`, `${path}/x/y/z`]),
    ]
    for (const path of strays.map(template).filter((stray) => methodsAt(stray).length === 0))
      for (const method of ['GET', 'POST']) {
        const answer = await send(system.target.url, { method, path })
        expect(answer.status, `${method} ${path}`).toBe(404)
        expectStray(answer)
      }
  })
}

const suite = 'whatever is sent to port 8080'

describeEmbedded('embedded gateway', suite, () => describeRequests(embeddedEngine))
describeOn('krakend', suite, ({ TEST_KRAKEND_BIN }) => describeRequests(krakendEngine(TEST_KRAKEND_BIN)))
