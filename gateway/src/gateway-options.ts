import type { RouteDeclaration } from '@accounts/shared/http/route'

export interface GatewayService {
  /** As it stands in the file, such as {{ env `AUTH_SERVICE_URL` }}. */
  host: string
  routes: readonly RouteDeclaration[]
}

export interface GatewayOptions {
  /** For a whole exchange with a service, both bodies included. */
  timeout?: string
  /** For the requests in flight when the gateway is told to stop; longer than `timeout`, so that they can end. */
  stopDeadline?: string
  /** How long a key that was taken out of the key set still verifies. */
  keyCacheSeconds?: number
  /** Several gateways on one machine each need one of their own. */
  metricsPort?: number
  /** Raises every limit, for tests that ask more than people do. */
  limitFactor?: number
  /** A secret that signs and verifies can't be published: without keys the services alone check tokens. */
  sharedSecret?: boolean
}
