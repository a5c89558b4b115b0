import type { AccountWithRoles } from './account.ts'
import type { Origin } from './audit.ts'
import { presentRefreshToken, type Session, type SessionLimits, startSession } from './session.ts'
import { createTokenPair, type SignToken, type TokenSettings } from './token-pair.ts'

interface IssuerNeeds {
  settings: TokenSettings
  limits: SessionLimits
  sign: SignToken
  clock: () => Date
  /** Random, and nobody's guess. */
  createId: () => string
}

/** The rules of sessions and tokens with the clock, the chance and the key that they are played with. */
export const createTokenIssuer = ({ settings, limits, sign, clock, createId }: IssuerNeeds) => {
  const newTokenIds = () => ({ access: createId(), refresh: createId() })
  return {
    startSession: (userId: number, origin: Origin) =>
      startSession({ id: createId(), userId, tokenIds: newTokenIds(), origin, now: clock(), limits }),
    present: (session: Session, tokenId: string, origin: Origin) =>
      presentRefreshToken({ session, tokenId, tokenIds: newTokenIds(), origin, now: clock(), limits }),
    pairOf: (session: Session, account: AccountWithRoles) =>
      createTokenPair({ session, account, settings, limits, sign }),
    /** When the last access token that could have been issued until now is dead of age. */
    lastAccessEnd: () => new Date(clock().getTime() + limits.accessTtlSeconds * 1000),
  }
}

export type TokenIssuer = ReturnType<typeof createTokenIssuer>
