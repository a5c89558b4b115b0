import { ServiceError } from '@accounts/shared/errors/service-error'
import type { AccessClaims } from '@accounts/shared/tokens/access-token'
import type { RefreshClaims, VerifyToken } from '@accounts/shared/tokens/verify-token'
import type { Lookup } from '../../ports.ts'

type Claims = AccessClaims | RefreshClaims

interface IntrospectNeeds {
  verifyAccess: VerifyToken<AccessClaims>
  verifyRefresh: VerifyToken<RefreshClaims>
  lookup: Lookup
}

/** Of a token that is of no use, nobody learns more than that (RFC 7662, 2.2). */
export const createIntrospect = ({ verifyAccess, verifyRefresh, lookup }: IntrospectNeeds) => {
  const verify = async (token: string) => (await read(verifyAccess, token)) ?? read(verifyRefresh, token)

  return async ({ token }: { token: string }) => {
    const claims = await verify(token)
    const account = claims && (await lookup.standing(identityOf(claims)))
    if (claims === null || account === null) return { active: false } as const
    const { iss, aud, sub, iat, exp, jti, sid, type, role } = claims
    return { active: true, username: account.login, iss, aud, sub, iat, exp, jti, sid, type, role } as const
  }
}

const read = async (verify: VerifyToken<Claims>, token: string): Promise<Claims | null> => {
  try {
    return await verify(token)
  } catch (error) {
    // A token that can't be judged at the moment must not be called dead.
    if (error instanceof ServiceError && error.code !== 'unavailable') return null
    throw error
  }
}

const identityOf = (claims: Claims) => ({
  userId: Number(claims.sub),
  sessionId: claims.sid,
  tokenId: claims.jti,
  ...('ver' in claims && { securityVersion: claims.ver }),
})

export type Introspect = ReturnType<typeof createIntrospect>
