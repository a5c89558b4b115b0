import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { WrittenConfiguration } from '@accounts/gateway/embedded/configuration'
import { findDocumentFault } from '@accounts/shared/testing/documented-answers'
import { describe, expect, it } from 'vitest'
import { root } from '../verify/testing/start-service.ts'
import { readGatewayDocument } from './testing/operations.ts'

const document = readGatewayDocument()
const krakend = JSON.parse(readFileSync(join(root, 'gateway/krakend.json'), 'utf8')) as WrittenConfiguration

interface Documented {
  operationId: string
  description: string
  security: readonly unknown[]
  responses: Record<string, { $ref?: string }>
}

const operations = new Map(
  Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Documented>).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  ),
)

const mayBeEmpty = (operation: Documented | undefined, status: number) => {
  const name = operation?.responses[status]?.$ref?.split('/').at(-1) ?? ''
  return (
    (document.components?.responses?.[name] as { 'x-may-be-empty'?: boolean })?.['x-may-be-empty'] === true
  )
}

describe('gateway/openapi.json', () => {
  it('is valid OpenAPI, with an id of its own for every operation', async () => {
    expect(await findDocumentFault(document)).toBe(undefined)
    const ids = [...operations.values()].map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('offers exactly what gateway/krakend.json offers', () => {
    const endpoints = krakend.endpoints.map(({ method, endpoint }) => `${method} ${endpoint}`)
    expect([...operations.keys()].toSorted()).toEqual(endpoints.toSorted())
  })

  it.each(
    krakend.endpoints.map((endpoint) => [`${endpoint.method} ${endpoint.endpoint}`, endpoint] as const),
  )('%s: the token check and the limit are those of the gateway', (title, { extra_config }) => {
    const operation = operations.get(title)
    const { 'auth/validator': tokenCheck, 'qos/ratelimit/router': limit } = extra_config ?? {}
    expect(mayBeEmpty(operation, 401)).toBe(tokenCheck !== undefined)
    expect(mayBeEmpty(operation, 403)).toBe(tokenCheck?.roles !== undefined)
    if (tokenCheck !== undefined) expect(operation?.security).not.toEqual([])
    const from = limit?.strategy === 'header' ? 'each user' : 'each address'
    expect(operation?.description).toMatch(
      new RegExp(`Takes ${limit?.client_capacity} .* ${limit?.client_max_rate} more an? .* from ${from}\\.$`),
    )
  })
})
