import { renderKrakend } from '../declaration.ts'
import { send, type Sent } from './client.ts'
import type { GatewayEngine } from './gateway-engine.ts'
import { startGateway } from './gateway-process.ts'
import { testServices } from './test-services.ts'
import { startUpstream } from './upstream.ts'

export const hastyTimeoutMilliseconds = 500

/** Two gateways, one of them with a short time-out, before the same two services. */
export const createBench = async (engine: GatewayEngine) => {
  const upstream = await startUpstream()
  const second = await startUpstream()
  const environment = { AUTH_SERVICE_URL: upstream.url, USER_SERVICE_URL: second.url }
  const hastyText = renderKrakend(testServices, { timeout: `${hastyTimeoutMilliseconds}ms` })
  const gateways = await Promise.all([
    startGateway({ engine, text: renderKrakend(testServices), environment }),
    startGateway({ engine, text: hastyText, environment }),
  ])
  const [gateway, hasty] = gateways

  return {
    engine,
    upstream,
    second,
    environment,
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
