import type { z } from 'zod'
import type { AccountWithRoles } from './account.ts'
import { mainRole } from './roles.ts'
import type { tokenPairSchema } from './schemas.ts'
import { accessExpiresAt, type Session, type SessionLimits } from './session.ts'

export interface TokenSettings {
  issuer: string
  audience: string
}

export type SignToken = (claims: Readonly<Record<string, unknown>>, type: 'at+jwt' | 'JWT') => string

export type TokenPair = z.infer<typeof tokenPairSchema>

interface PairNeeds {
  session: Session
  account: AccountWithRoles
  settings: TokenSettings
  limits: Pick<SessionLimits, 'accessTtlSeconds'>
  sign: SignToken
}

/** Not the one of access tokens, so that neither type ever passes as the other. */
export const refreshAudience = (audience: string) => `${audience}/refresh`

/** The living pair of a session. Nothing in it is new, so whoever has to get it again gets the same. */
export const createTokenPair = ({ session, account, settings, limits, sign }: PairNeeds): TokenPair => {
  if (account.id !== session.userId) throw new Error('a session can speak for its own account only')
  const common = {
    iss: settings.issuer,
    sub: String(account.id),
    sid: session.id,
    iat: secondsOf(session.issuedAt),
    role: mainRole(account.roles),
  }
  const access = {
    ...common,
    type: 'access',
    aud: settings.audience,
    jti: session.accessTokenId,
    exp: secondsOf(accessExpiresAt(session, limits)),
    name: account.displayName,
    roles: account.roles,
    permissions: account.permissions,
    ver: account.securityVersion,
  }
  const refresh = {
    ...common,
    type: 'refresh',
    aud: refreshAudience(settings.audience),
    jti: session.refreshTokenId,
    exp: secondsOf(session.refreshExpiresAt),
  }
  return {
    access_token: { token: sign(access, 'at+jwt'), token_id: access.jti },
    refresh_token: { token: sign(refresh, 'JWT'), token_id: refresh.jti },
  }
}

const secondsOf = (instant: Date) => Math.floor(instant.getTime() / 1000)
