import { ServiceError } from '../errors/service-error.ts'
import { type AccessClaims, toPrincipal } from './access-token.ts'
import type { Principal } from './principal.ts'
import { createRemoteKeys, type RemoteKeys, type RemoteKeysNeeds } from './remote-keys.ts'
import { readSecretKey } from './secret-key.ts'
import { createTokenVerifier, type VerifyOptions, type VerifyToken } from './verify-token.ts'

export type Authenticate<Caller> = (
  request: { header(name: string): string | undefined },
  options?: VerifyOptions,
) => Promise<Caller>

/**
 * What is known of the holder beyond what the token says; `null`: the token counts no more. The principal was made for
 * this request and may be added to: a copy of so many members takes a fortieth of a small request on Node 20.
 */
export type Standing<Caller> = (principal: Principal, token: string) => Promise<Caller | null> | Caller | null

interface AuthenticatorNeeds<Caller> {
  verify: VerifyToken<AccessClaims>
  standing: Standing<Caller>
}

/** Who calls, by the bearer token in the Authorization header (RFC 6750) and nowhere else. */
export const createAuthenticator =
  <Caller>({ verify, standing }: AuthenticatorNeeds<Caller>): Authenticate<Caller> =>
  async (request, options) => {
    const token = readBearerToken(request.header('authorization'))
    const claims = await verify(token, options)
    const caller = await standing(toPrincipal(claims), token)
    if (caller === null) throw new ServiceError('token_revoked')
    return caller
  }

const readBearerToken = (authorization = ''): string => {
  const [scheme] = /^bearer(?: +|$)/i.exec(authorization) ?? []
  if (scheme === undefined) throw new ServiceError('token_missing')
  return authorization.slice(scheme.length)
}

interface BearerAuthenticationNeeds extends Omit<RemoteKeysNeeds, 'url'> {
  jwksUrl: string
  /** Where tokens are signed with HS256: then this verifies them, and no keys are fetched. */
  sharedSecret?: string | undefined
  issuer: string
  audience: string
}

interface BearerAuthentication<Caller> extends Pick<RemoteKeys, 'readiness' | 'close'> {
  authenticate: Authenticate<Caller>
}

/**
 * All a service needs to know its callers, by keys from a JWK set. Without a `standing` a token counts until it expires,
 * whatever became of its session.
 */
export function createBearerAuthentication<Caller>(
  needs: BearerAuthenticationNeeds & { standing: Standing<Caller> },
): BearerAuthentication<Caller>
export function createBearerAuthentication(
  needs: BearerAuthenticationNeeds & { standing?: Standing<Principal> },
): BearerAuthentication<Principal>
export function createBearerAuthentication({
  jwksUrl,
  sharedSecret,
  issuer,
  audience,
  standing = (principal) => principal,
  ...needs
}: BearerAuthenticationNeeds & { standing?: Standing<unknown> }): BearerAuthentication<unknown> {
  const { clock = () => new Date() } = needs
  const keys = sharedSecret ? createSecretKeys(sharedSecret) : createRemoteKeys({ ...needs, url: jwksUrl })
  const verify = createTokenVerifier({ keys, issuer, audience, type: 'access', clock })
  return {
    authenticate: createAuthenticator({ verify, standing }),
    readiness: keys.readiness,
    close: keys.close,
  }
}

const createSecretKeys = (secret: string): RemoteKeys => {
  const key = readSecretKey(secret)
  return {
    find: (kid) => (kid === key.kid ? key : undefined),
    readiness: () => ({ ready: true }),
    close: () => {},
  }
}
