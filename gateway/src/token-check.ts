import { tokenSettings } from '@accounts/shared/config/token-settings'
import type { Access } from '@accounts/shared/http/access'
import type { RequestLimit } from '@accounts/shared/http/route'
import type { GatewayOptions, GatewayService } from './gateway-options.ts'
import type { WrittenRateLimit, WrittenTokenCheck } from './embedded/configuration.ts'
import { fromEnvironment } from './embedded/template.ts'
import { gatewaySettings } from './settings.ts'

/** Whose request it is, by the token; overwritten by the gateway, so that no client can claim it. */
export const userHeader = 'X-User-Id'

const keySetPath = '/.well-known/jwks.json'

/** How KrakenD checks the token of a route, if it does: what is still allowed to a dead token is not for it. */
export const declareTokenCheck = (
  services: readonly GatewayService[],
  { keyCacheSeconds = 300, sharedSecret = false }: GatewayOptions,
) => {
  const issuer = services.find(({ routes }) => routes.some(({ path }) => path === keySetPath))
  return (access: Access): WrittenTokenCheck | undefined => {
    if (access === 'anyone' || access === 'signed in, even if expired' || sharedSecret) return undefined
    if (issuer === undefined) throw new Error(`no service publishes ${keySetPath}`)
    return {
      alg: fromEnvironment('JWT_ALGORITHM', gatewaySettings.JWT_ALGORITHM.default),
      jwk_url: `${issuer.host}${keySetPath}`,
      disable_jwk_security: true,
      cache: true,
      cache_duration: keyCacheSeconds,
      failed_jwk_key_cooldown: '5s',
      issuer: fromEnvironment('JWT_ISSUER', tokenSettings.JWT_ISSUER.default),
      audience: [fromEnvironment('JWT_AUDIENCE', tokenSettings.JWT_AUDIENCE.default)],
      // Left out, a cookie "access_token" would be as good as the header, and another site's form could send it.
      cookie_key: 'no-cookie-holds-a-token',
      propagate_claims: [['sub', userHeader]],
      // What a role permits can change while a token lives, so permissions are for the services to judge.
      ...(typeof access === 'object' &&
        'roles' in access && { roles_key: 'roles', roles: [...access.roles] }),
    }
  }
}

/** Who is counted: the user where the token has been checked, the address elsewhere. */
export const countClients = (
  { burst, requests, every }: RequestLimit,
  byUser: boolean,
  factor = 1,
): WrittenRateLimit => ({
  ...(byUser ? { strategy: 'header', key: userHeader } : { strategy: 'ip' }),
  client_max_rate: requests * factor,
  client_capacity: burst * factor,
  every,
})
