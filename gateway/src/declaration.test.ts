import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { declareGateway, type GatewayService, renderKrakend } from './declaration.ts'
import { readConfiguration } from './embedded/read-configuration.ts'
import { testServices } from './suite/test-services.ts'

const environment = { AUTH_SERVICE_URL: 'http://127.0.0.1:8000', USER_SERVICE_URL: 'http://127.0.0.1:8001' }
const endpoints = () => declareGateway(testServices).endpoints
const endpointAt = (method: string, path: string) =>
  endpoints().find((endpoint) => endpoint.method === method && endpoint.endpoint === path)

const reversed = testServices
  .map((service): GatewayService => ({ ...service, routes: service.routes.toReversed() }))
  .toReversed()

describe('the declaration of the gateway', () => {
  it('has an endpoint for each path that is exposed, and for no other', () => {
    const exposed = testServices
      .flatMap(({ routes }) => routes)
      .flatMap(({ method, gateway }) =>
        gateway === 'not exposed' ? [] : gateway.paths.map((path) => `${path} ${method.toUpperCase()}`),
      )
    expect(endpoints().map(({ endpoint, method }) => `${endpoint} ${method}`)).toEqual(exposed.toSorted())
  })

  it('passes every answer through unchanged: no-op on both sides, one backend', () => {
    for (const { output_encoding, method, backend } of endpoints())
      expect({ output_encoding, backend }).toMatchObject({
        output_encoding: 'no-op',
        backend: [{ encoding: 'no-op', method }],
      })
  })

  it('keeps parameters and leads to the host of the service', () => {
    expect(endpointAt('GET', '/api/items/{item_id}/parts/{part_id}')?.backend).toEqual([
      {
        host: ['{{ env `AUTH_SERVICE_URL` }}'],
        url_pattern: '/items/{item_id}/parts/{part_id}',
        method: 'GET',
        encoding: 'no-op',
      },
    ])
  })

  it('lists the headers of a body only where a body is declared, and an identity header nowhere', () => {
    expect(endpointAt('GET', '/api/echo')?.input_headers).not.toContain('Content-Length')
    expect(endpointAt('PATCH', '/api/echo')?.input_headers).toEqual(
      expect.arrayContaining(['Content-Length', 'Content-Type']),
    )
    for (const { input_headers } of endpoints())
      expect(input_headers.join()).not.toMatch(/X-User|Forwarded|Cookie/)
  })

  it('lists the query parameters of the schema', () => {
    expect(endpointAt('GET', '/api/search')?.input_query_strings).toEqual(['cursor', 'limit', 'tag'])
    expect(endpointAt('GET', '/api/echo')).not.toHaveProperty('input_query_strings')
  })

  it('is the same text whatever the order of services and routes', () => {
    expect(renderKrakend(reversed)).toBe(renderKrakend(testServices))
  })

  it('is valid JSON with and without the hosts, and the embedded gateway takes it', () => {
    const text = renderKrakend(testServices)
    expect(JSON.parse(text)).toEqual(declareGateway(testServices))
    expect(readConfiguration(text, environment).endpoints).toHaveLength(endpoints().length)
  })

  it('as committed is one that the embedded gateway takes', () => {
    const text = readFileSync(new URL('../krakend.json', import.meta.url), 'utf8')
    expect(readConfiguration(text, environment).endpoints.length).toBeGreaterThan(0)
  })

  it.each([
    ['a path that two routes claim', '/api/search', 'GET /api/search is declared twice'],
    ['two names for the parameter at one place', '/api/items/{id}/owner', 'its parameter {id}'],
    ['a path without a parameter that the service needs', '/api/owner', 'lacks the parameter {id}'],
  ] as const)('refuses %s', (_, path, message) => {
    const route = testServices[0]?.routes[0]
    if (!route) throw new Error('the test services have no route')
    const needed = path === '/api/search' ? '/owner' : '/items/{id}/owner'
    const added = { ...route, path: needed, gateway: { paths: [path] } } as const
    expect(() => declareGateway([...testServices, { host: 'http://other', routes: [added] }])).toThrow(
      message,
    )
  })
})
