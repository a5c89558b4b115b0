import type { RouteDeclaration } from '@accounts/shared/http/route'
import { parametersOf, type WrittenConfiguration, type WrittenEndpoint } from './embedded/configuration.ts'
import { createRouter } from './embedded/router.ts'
import { declareEdge } from './edge.ts'
import type { GatewayOptions, GatewayService } from './gateway-options.ts'
import { countClients, declareTokenCheck, userHeader } from './token-check.ts'

const withoutBody = ['Accept', 'Authorization', 'Traceparent', 'User-Agent', 'X-Request-Id']
const bodyHeaders = ['Content-Length', 'Content-Type']

// What fails for so long that nobody has to wait for it; short enough that a service that is back is soon found.
const circuitBreaker = { interval: 60, timeout: 2, max_errors: 20, log_status_change: true } as const

/** KrakenD's configuration, version 3, for everything that the services expose. */
export const declareGateway = (
  services: readonly GatewayService[],
  options: GatewayOptions = {},
): WrittenConfiguration => {
  const checkToken = declareTokenCheck(services, options)
  const endpoints = services
    .flatMap(({ host, routes }) =>
      routes.flatMap((route) => endpointsOf({ route, host, checkToken, limitFactor: options.limitFactor })),
    )
    .toSorted(byPathAndMethod)
  // Refuses what KrakenD's router could not tell apart.
  createRouter(endpoints)
  return { ...declareEdge(options), endpoints }
}

export const renderKrakend = (services: readonly GatewayService[], options?: GatewayOptions): string =>
  `${JSON.stringify(declareGateway(services, options), null, 2)}\n`

interface EndpointNeeds {
  route: RouteDeclaration
  host: string
  checkToken: ReturnType<typeof declareTokenCheck>
  limitFactor: number | undefined
}

const endpointsOf = ({ route, host, checkToken, limitFactor }: EndpointNeeds): WrittenEndpoint[] => {
  const { id, gateway } = route
  if (gateway === 'not exposed') return []
  if (route.access === 'service') throw new Error(`route ${id}: what is for services alone can't be exposed`)
  const method = route.method.toUpperCase() as Uppercase<typeof route.method>
  const queries = Object.keys(route.query?.shape ?? {})
  const tokenCheck = checkToken(route.access)
  const headers = [
    ...withoutBody,
    ...(route.body === undefined ? [] : bodyHeaders),
    // Only where the gateway itself has written it.
    ...(tokenCheck === undefined ? [] : [userHeader]),
  ]
  return gateway.paths.map((path) => {
    const missing = parametersOf(route.path).filter((name) => !parametersOf(path).includes(name))
    if (missing.length > 0)
      throw new Error(`route ${id}: ${path} lacks the parameter {${missing.join('}, {')}}`)
    return {
      endpoint: path,
      method,
      output_encoding: 'no-op',
      input_headers: headers.toSorted(),
      ...(queries.length > 0 && { input_query_strings: queries.toSorted() }),
      extra_config: {
        ...(tokenCheck !== undefined && { 'auth/validator': tokenCheck }),
        'qos/ratelimit/router': countClients(gateway.limit, tokenCheck !== undefined, limitFactor),
      },
      backend: [
        {
          host: [host],
          url_pattern: route.path,
          method,
          encoding: 'no-op',
          extra_config: { 'qos/circuit-breaker': { name: id, ...circuitBreaker } },
        },
      ],
    }
  })
}

const byPathAndMethod = (a: WrittenEndpoint, b: WrittenEndpoint) =>
  compare(a.endpoint, b.endpoint) || compare(a.method, b.method)

// By code unit: the order of the committed file must not depend on anybody's locale.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
