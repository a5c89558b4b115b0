import { StartError } from '@accounts/shared/errors/start-error'
import { describe, expect, it } from 'vitest'
import { declareGateway } from '../declaration.ts'
import { testServices } from '../suite/test-services.ts'
import { readConfiguration } from './read-configuration.ts'

const environment = { AUTH_SERVICE_URL: 'http://127.0.0.1:8000', USER_SERVICE_URL: 'http://127.0.0.1:8001' }

type Json = Record<string, unknown>

const written = () => structuredClone(declareGateway(testServices)) as Json & { endpoints: Json[] }

const faultOf = (value: unknown) => {
  try {
    readConfiguration(JSON.stringify(value), environment)
  } catch (error) {
    expect(error).toBeInstanceOf(StartError)
    return (error as StartError).message
  }
  return 'none'
}

/** Every object in a value, with the path that a message calls it by. Error bodies may hold anything. */
const objectsIn = (value: unknown, path = ''): [string, Json][] => {
  if (typeof value !== 'object' || value === null || path.includes('error_body.')) return []
  const below = Array.isArray(value)
    ? value.flatMap((item, index) => objectsIn(item, `${path}[${index}]`))
    : Object.entries(value).flatMap(([key, item]) => objectsIn(item, path === '' ? key : `${path}.${key}`))
  return Array.isArray(value) ? below : [[path, value as Json], ...below]
}

describe('the embedded gateway', () => {
  it('refuses a key that it does not implement, wherever it stands, by its full path', () => {
    const places = objectsIn(written()).map(([path]) => path)
    expect(places).toContain('endpoints[2].backend[0]')
    for (const place of places) {
      const value = written()
      const [, object] = objectsIn(value).find(([path]) => path === place) ?? []
      Object.assign(object ?? {}, { planted: true })
      const name = place === '' ? 'planted' : `${place}.planted`
      expect(faultOf(value)).toBe(`${name} is not implemented by the embedded gateway`)
    }
  })

  it('names the module of KrakenD that it lacks', () => {
    const value = written()
    value.endpoints[3] = { ...value.endpoints[3], extra_config: { 'auth/api-keys': { keys: [] } } }
    expect(faultOf(value)).toBe(
      'endpoints[3].extra_config.auth/api-keys is not implemented by the embedded gateway',
    )
  })

  it.each<[string, Json, string]>([
    ['an encoding', { output_encoding: 'json' }, 'endpoints[1].output_encoding "json" is not implemented'],
    [
      'every header at once',
      { input_headers: ['*'] },
      'endpoints[1].input_headers[0]: has to be the name of a header',
    ],
    ['no header at all', { input_headers: [] }, 'endpoints[1].input_headers: '],
    [
      'every query parameter at once',
      { input_query_strings: ['*'] },
      'endpoints[1].input_query_strings[0]: ',
    ],
    ['two backends', { backend: [{}, {}] }, 'endpoints[1].backend'],
    ['a wildcard', { endpoint: '/api/*rest' }, 'endpoints[1].endpoint: has to be a path'],
    [
      'a parameter in part of a segment',
      { endpoint: '/api/v{n}' },
      'endpoints[1].endpoint: has to be a path',
    ],
  ])('refuses %s', (_, change, message) => {
    const value = written()
    value.endpoints[1] = { ...value.endpoints[1], ...change }
    expect(faultOf(value)).toContain(message)
  })

  it.each([
    ['timeout', '0s'],
    ['timeout', '5 minutes'],
    ['max_shutdown_wait_time', '0s'],
    ['version', 2],
    ['port', 0],
    ['disable_compression', false],
  ])('refuses %s %j', (key, value) => {
    expect(faultOf({ ...written(), [key]: value })).toContain(key)
  })

  it.each<[string, Json, string]>([
    ['no origin, which would be every origin', { allow_origins: [] }, 'security/cors.allow_origins'],
    ['every origin', { allow_origins: ['*'] }, 'has to be an origin such as'],
    ['cookies for other origins', { allow_credentials: true }, 'security/cors.allow_credentials'],
  ])('refuses %s', (_, change, message) => {
    const value = written()
    const modules = value['extra_config'] as Record<string, Json>
    Object.assign(modules['security/cors'] ?? {}, change)
    expect(faultOf(value)).toContain(message)
  })

  it('refuses a key set for tokens that are signed with a shared secret', () => {
    const text = JSON.stringify(written())
    expect(() => readConfiguration(text, { ...environment, JWT_ALGORITHM: 'HS256' })).toThrow(
      'extra_config.auth/validator.alg',
    )
  })

  it('refuses a backend that needs a parameter which its endpoint lacks', () => {
    const value = written()
    value.endpoints[0] = {
      ...value.endpoints.find(({ endpoint }) => String(endpoint).includes('{')),
      endpoint: '/api/x',
    }
    expect(faultOf(value)).toContain(
      'endpoints[0].endpoint: has to have every parameter that its backend needs',
    )
  })

  it('tells all faults at once, but not hundreds of them', () => {
    const value = written()
    value.endpoints = value.endpoints.map((endpoint) => ({ ...endpoint, cache_ttl: '1s' }))
    const shown = faultOf(value).split('; ')
    expect(shown).toHaveLength(6)
    expect(shown[5]).toBe(`and ${value.endpoints.length - 5} more`)
  })
})
