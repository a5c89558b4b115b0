import { createTokenVerifier, type RefreshClaims } from '@accounts/shared/tokens/verify-token'
import { refreshAudience } from '../../domain/token-pair.ts'
import type { Clock, SigningKeys, VerifyRefreshToken } from '../../ports.ts'

interface VerifierNeeds {
  keys: SigningKeys
  issuer: string
  audience: string
  clock: Clock
}

/** Both types of token, verified with the keys of this process: nothing is fetched. */
export const createVerifiers = ({ keys, issuer, audience, clock }: VerifierNeeds) => {
  const verifyAccess = createTokenVerifier({ keys, issuer, audience, type: 'access', clock })
  const verifyRefresh = createTokenVerifier({
    keys,
    issuer,
    audience: refreshAudience(audience),
    type: 'refresh',
    clock,
    // Each is presented once.
    maxCached: 0,
  })
  const verifyRefreshToken: VerifyRefreshToken = async (token, options) =>
    factsOf(await verifyRefresh(token, options))
  return { verifyAccess, verifyRefresh, verifyRefreshToken }
}

const factsOf = ({ sub, sid, jti, exp }: RefreshClaims) => ({
  userId: Number(sub),
  sessionId: sid,
  tokenId: jti,
  expiresAt: new Date(exp * 1000),
})
