import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

interface RequestMeasurement {
  method: string
  route: string
  status: number
  seconds: number
}

/** The service's numbers for Prometheus. `registry` is where features add their own. */
export const createMetrics = ({ service }: { service: string }) => {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    registry,
    observeRequest: ({ method, route, status, seconds }: RequestMeasurement) =>
      requests.observe({ method, route, status }, seconds),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
