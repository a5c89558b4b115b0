import { PassThrough } from 'node:stream'
import { Router } from 'express'
import { createApp } from '../http/app.ts'
import { createMetrics } from '../http/metrics.ts'
import type { BoundRoute } from '../http/route.ts'
import { createLogger } from '../logging/logger.ts'

/** A real application round the given routes, with what it logs. */
export const createTestApp = (routes: readonly BoundRoute[]) => {
  const destination = new PassThrough()
  const app = createApp({
    logger: createLogger({ service: 'test-service', level: 'debug', destination }),
    metrics: createMetrics({ service: 'test-service' }),
    routes,
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
