import { errorCodes } from '@accounts/shared/errors/codes'
import type { RouteDeclaration } from '@accounts/shared/http/route'
import { parametersOf, type WrittenConfiguration, type WrittenEndpoint } from './embedded/configuration.ts'
import { createRouter } from './embedded/router.ts'

export interface GatewayService {
  /** As it stands in the file, such as {{ env `AUTH_SERVICE_URL` }}. */
  host: string
  routes: readonly RouteDeclaration[]
}

export interface GatewayTimes {
  /** For a whole exchange with a service, both bodies included. */
  timeout?: string
  /** For the requests in flight when the gateway is told to stop; longer than `timeout`, so that they can end. */
  stopDeadline?: string
}

const withoutBody = ['Accept', 'Authorization', 'Traceparent', 'User-Agent', 'X-Request-Id']
const withBody = [...withoutBody, 'Content-Length', 'Content-Type'].toSorted()

/** KrakenD's configuration, version 3, for everything that the services expose. */
export const declareGateway = (
  services: readonly GatewayService[],
  { timeout = '5s', stopDeadline = '8s' }: GatewayTimes = {},
): WrittenConfiguration => {
  const endpoints = services
    .flatMap(({ host, routes }) => routes.flatMap((route) => endpointsOf(route, host)))
    .toSorted(byPathAndMethod)
  // Refuses what KrakenD's router could not tell apart.
  createRouter(endpoints)
  return {
    $schema: 'https://www.krakend.io/schema/v2.13/krakend.json',
    version: 3,
    name: 'auth-user-services',
    port: 8080,
    timeout,
    max_shutdown_wait_time: stopDeadline,
    disable_compression: true,
    extra_config: {
      router: {
        disable_redirect_fixed_path: true,
        disable_redirect_trailing_slash: true,
        auto_options: false,
        forwarded_by_client_ip: false,
        hide_version_header: true,
        return_error_msg: false,
        error_body: { 404: problem('not_found'), 405: problem('method_not_allowed') },
      },
      'telemetry/logging': { level: 'INFO', stdout: true },
    },
    endpoints,
  }
}

export const renderKrakend = (services: readonly GatewayService[], times?: GatewayTimes): string =>
  `${JSON.stringify(declareGateway(services, times), null, 2)}\n`

const endpointsOf = (route: RouteDeclaration, host: string): WrittenEndpoint[] => {
  if (route.gateway === 'not exposed') return []
  const method = route.method.toUpperCase() as Uppercase<typeof route.method>
  const queries = Object.keys(route.query?.shape ?? {})
  return route.gateway.paths.map((path) => {
    const missing = parametersOf(route.path).filter((name) => !parametersOf(path).includes(name))
    if (missing.length > 0)
      throw new Error(`route ${route.id}: ${path} lacks the parameter {${missing.join('}, {')}}`)
    return {
      endpoint: path,
      method,
      output_encoding: 'no-op',
      input_headers: route.body === undefined ? withoutBody : withBody,
      ...(queries.length > 0 && { input_query_strings: queries.toSorted() }),
      backend: [{ host: [host], url_pattern: route.path, method, encoding: 'no-op' }],
    }
  })
}

const byPathAndMethod = (a: WrittenEndpoint, b: WrittenEndpoint) =>
  compare(a.endpoint, b.endpoint) || compare(a.method, b.method)

// By code unit: the order of the committed file must not depend on anybody's locale.
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const problem = (code: 'not_found' | 'method_not_allowed') => ({
  type: `urn:problem:${code}`,
  title: errorCodes[code].title,
  status: errorCodes[code].status,
  code,
})
