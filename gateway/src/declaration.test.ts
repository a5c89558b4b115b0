import { readFileSync } from 'node:fs'
import { readLimit } from '@accounts/shared/http/limits'
import { describe, expect, it } from 'vitest'
import { declareGateway, renderKrakend } from './declaration.ts'
import type { GatewayService } from './gateway-options.ts'
import { readConfiguration } from './embedded/read-configuration.ts'
import { environments } from './environments.ts'
import { testServices } from './suite/test-services.ts'

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
        extra_config: {
          'qos/circuit-breaker': {
            name: 'get-/items/{item_id}/parts/{part_id}',
            interval: 60,
            timeout: 2,
            max_errors: 20,
            log_status_change: true,
          },
        },
      },
    ])
  })

  it('lists the headers of a body only where a body is declared, and no header that claims something', () => {
    expect(endpointAt('GET', '/api/echo')?.input_headers).not.toContain('Content-Length')
    expect(endpointAt('PATCH', '/api/echo')?.input_headers).toEqual(
      expect.arrayContaining(['Content-Length', 'Content-Type']),
    )
    for (const { input_headers } of endpoints()) expect(input_headers.join()).not.toMatch(/Forwarded|Cookie/)
  })

  it('checks the token wherever a live one is asked for, and tells the service the user there alone', () => {
    const checked = endpoints().filter(({ extra_config }) => extra_config?.['auth/validator'] !== undefined)
    expect(checked.map(({ method, endpoint }) => `${method} ${endpoint}`)).toEqual([
      'GET /api/limited',
      'GET /api/mine',
      'POST /api/mine',
      'POST /api/others/{id}',
    ])
    for (const { input_headers, extra_config, endpoint } of endpoints())
      expect(input_headers.includes('X-User-Id'), endpoint).toBe(
        extra_config?.['auth/validator'] !== undefined,
      )
    expect(endpointAt('POST', '/api/others/{id}')?.extra_config?.['auth/validator']).toMatchObject({
      jwk_url: '{{ env `AUTH_SERVICE_URL` }}/.well-known/jwks.json',
      roles_key: 'roles',
      roles: ['admin', 'support'],
    })
    expect(endpointAt('GET', '/api/mine')?.extra_config?.['auth/validator']).not.toHaveProperty('roles')
  })

  it('limits every endpoint, by the user where it knows one and by the address elsewhere', () => {
    for (const { extra_config, endpoint } of endpoints())
      expect(extra_config?.['qos/ratelimit/router'], endpoint).toMatchObject(
        extra_config?.['auth/validator'] ? { strategy: 'header', key: 'X-User-Id' } : { strategy: 'ip' },
      )
    expect(endpointAt('POST', '/api/login')?.extra_config?.['qos/ratelimit/router']).toEqual({
      strategy: 'ip',
      client_max_rate: 1,
      client_capacity: 3,
      every: '1h',
    })
  })

  it('checks no token where a shared secret signs them, since nothing could be published', () => {
    const { endpoints: open } = declareGateway(testServices, { sharedSecret: true })
    expect(open).toHaveLength(endpoints().length)
    for (const { extra_config, input_headers } of open) {
      expect(extra_config).not.toHaveProperty('auth/validator')
      expect(extra_config?.['qos/ratelimit/router']?.strategy).toBe('ip')
      expect(input_headers).not.toContain('X-User-Id')
    }
  })

  it('refuses what is for services alone, and tokens that nobody publishes keys for', () => {
    const [service] = testServices
    const [route] = service?.routes ?? []
    if (!service || !route) throw new Error('the test services have no route')
    const exposed = { ...route, access: 'service' } as const
    expect(() => declareGateway([{ ...service, routes: [exposed] }])).toThrow(
      "for services alone can't be exposed",
    )
    const keyless = {
      ...service,
      routes: service.routes.filter(({ path }) => path !== '/.well-known/jwks.json'),
    }
    expect(() => declareGateway([keyless])).toThrow('no service publishes /.well-known/jwks.json')
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
    expect(readConfiguration(text, environments.development).endpoints).toHaveLength(endpoints().length)
  })

  it.each([
    ['krakend.json', 'development'],
    ['krakend.json', 'production'],
    ['krakend-shared-secret.json', 'development'],
    ['krakend-shared-secret.json', 'production'],
  ] as const)('as committed in %s is one that the embedded gateway takes in %s', (file, place) => {
    const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
    expect(readConfiguration(text, environments[place]).endpoints.length).toBeGreaterThan(0)
  })

  it.each([
    ['a path that two routes claim', '/api/search', 'GET /api/search is declared twice'],
    ['two names for the parameter at one place', '/api/items/{id}/owner', 'its parameter {id}'],
    ['a path without a parameter that the service needs', '/api/owner', 'lacks the parameter {id}'],
  ] as const)('refuses %s', (_, path, message) => {
    const route = testServices[0]?.routes[0]
    if (!route) throw new Error('the test services have no route')
    const needed = path === '/api/search' ? '/owner' : '/items/{id}/owner'
    const added = { ...route, path: needed, gateway: { paths: [path], limit: readLimit } } as const
    expect(() => declareGateway([...testServices, { host: 'http://other', routes: [added] }])).toThrow(
      message,
    )
  })
})
