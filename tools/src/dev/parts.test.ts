import { access } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { declarationFor, gatewayEnvironment } from './parts.ts'
import { readSystemConfig } from './settings.ts'

it.each([
  [{}, 'gateway/krakend.json'],
  [{ JWT_ALGORITHM: 'ES256' }, 'gateway/krakend.json'],
  [{ JWT_ALGORITHM: 'HS256' }, 'gateway/krakend-shared-secret.json'],
])('with %j the gateway gets %s', async (environment, file) => {
  expect(declarationFor(environment)).toBe(file)
  await access(file)
})

it('the gateway lets the development servers of frontends in, unless somebody says whom', () => {
  const originsOf = (environment: Record<string, string>) =>
    gatewayEnvironment({ config: readSystemConfig({}), environment }).CORS_ORIGINS
  expect(originsOf({})).toBe('http://localhost:3000,http://localhost:5173')
  expect(originsOf({ CORS_ORIGINS: 'https://app.example' })).toBe('https://app.example')
})
