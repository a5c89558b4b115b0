import { freePort } from '@accounts/shared/testing/free-port'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import {
  makeAccessClaims,
  makeToken,
  testAudience,
  testIssuer,
} from '@accounts/shared/tokens/testing/make-token'
import { renderKrakend } from '../declaration.ts'
import type { GatewayOptions } from '../gateway-options.ts'
import { send, type Sent } from './client.ts'
import type { GatewayEngine } from './gateway-engine.ts'
import { startGateway } from './gateway-process.ts'
import { testServices } from './test-services.ts'
import { startUpstream } from './upstream.ts'

export const hastyTimeoutMilliseconds = 500
export const hastyKeyCacheSeconds = 1

export const frontendOrigins = ['https://app.example', 'http://localhost:3000']

/** Two gateways before the same two services, one of them hasty: with short times, and a proxy before it. */
export const createBench = async (engine: GatewayEngine) => {
  const upstream = await startUpstream()
  const second = await startUpstream()
  const key = makeKey()
  upstream.publish([key])
  const environment = {
    AUTH_SERVICE_URL: upstream.url,
    USER_SERVICE_URL: second.url,
    JWT_ISSUER: testIssuer,
    JWT_AUDIENCE: testAudience,
    CORS_ORIGINS: frontendOrigins.join(','),
  }
  const render = async (options?: GatewayOptions) =>
    renderKrakend(testServices, { metricsPort: await freePort(), ...options })
  const metricsPort = await freePort()
  const hastyText = await render({
    timeout: `${hastyTimeoutMilliseconds}ms`,
    keyCacheSeconds: hastyKeyCacheSeconds,
  })
  const gateways = await Promise.all([
    startGateway({ engine, text: await render({ metricsPort }), environment }),
    startGateway({
      engine,
      text: hastyText,
      environment: { ...environment, TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' },
    }),
  ])
  const [gateway, hasty] = gateways

  return {
    engine,
    upstream,
    second,
    environment,
    /** The text of a declaration for one more gateway. */
    render,
    metricsUrl: `http://127.0.0.1:${metricsPort}`,
    /** Published, and what tokens are signed with. */
    key,
    token: (changes?: Record<string, unknown>) => makeToken(key, makeAccessClaims(new Date(), changes)),
    url: gateway.url,
    send: (sent: Sent) => send(gateway.url, sent),
    sendHasty: (sent: Sent) => send(hasty.url, sent),
    reset: () => {
      upstream.reset()
      second.reset()
    },
    close: async () => {
      await Promise.all(gateways.map((process) => process.remove()))
      await Promise.all([upstream.close(), second.close()])
    },
  }
}

export type Bench = Awaited<ReturnType<typeof createBench>>
