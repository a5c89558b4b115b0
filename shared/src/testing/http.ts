import { PassThrough } from 'node:stream'
import { Router } from 'express'
import type { Guard } from '../http/access.ts'
import { createApp } from '../http/app.ts'
import { createMetrics } from '../http/metrics.ts'
import type { BoundRoute } from '../http/route.ts'
import { createLogger } from '../logging/logger.ts'

/** For applications whose routes are open to anyone. */
export const closedGuard: Guard<never> = {
  admit: async () => {
    throw new Error('this application has no guard')
  },
}

/** A real application round the given routes, with what it logs. */
export const createTestApp = <Caller>(
  routes: readonly BoundRoute<Caller>[],
  guard: Guard<Caller> = closedGuard,
) => {
  const destination = new PassThrough()
  const app = createApp({
    logger: createLogger({ service: 'test-service', level: 'debug', destination }),
    metrics: createMetrics({ service: 'test-service' }),
    routes,
    guard,
    docs: Router(),
    trustedProxyHops: 1,
  })
  const logged = (): Record<string, unknown>[] =>
    String(destination.read() ?? '')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { app, logged }
}
