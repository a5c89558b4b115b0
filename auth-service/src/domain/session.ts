import type { Origin } from './audit.ts'

/** One sign-in on one device, until it is ended. It has one living pair of tokens at a time. */
export interface Session {
  id: string
  userId: number
  createdAt: Date
  lastUsedAt: Date
  /** The absolute end: no rotation moves it. */
  expiresAt: Date
  refreshTokenId: string
  accessTokenId: string
  /** What the living refresh token replaced. */
  previousRefreshTokenId: string | null
  /** When the living pair was issued. */
  issuedAt: Date
  refreshExpiresAt: Date
  endedAt: Date | null
  endReason: EndReason | null
  ip: string | null
  userAgent: string | null
}

export type EndReason =
  | 'logout'
  | 'refresh theft'
  | 'password changed'
  | 'account deactivated'
  | 'ended by its owner'
  | 'ended by an administrator'

export interface SessionLimits {
  accessTtlSeconds: number
  refreshTtlSeconds: number
  sessionTtlSeconds: number
  /** How long the predecessor of the living refresh token still gets the living pair. */
  graceSeconds: number
}

export interface NewTokenIds {
  access: string
  refresh: string
}

interface Issuance {
  tokenIds: NewTokenIds
  origin: Origin
  now: Date
  limits: SessionLimits
}

interface SessionStart extends Issuance {
  id: string
  userId: number
}

interface Presentation extends Issuance {
  session: Session
  /** Of a refresh token that was signed for this session. */
  tokenId: string
}

export type Presented =
  /** The session as it has to become, if it is still the one that this was decided on. */
  | { outcome: 'rotated'; session: Session }
  /** Two tabs, or a lost answer: the living pair again, nothing changes. */
  | { outcome: 'repeated'; session: Session }
  | { outcome: 'theft' }
  | { outcome: 'dead' }

export const startSession = ({ id, userId, ...issuance }: SessionStart): Session => {
  const expiresAt = secondsAfter(issuance.now, issuance.limits.sessionTtlSeconds)
  return {
    id,
    userId,
    createdAt: issuance.now,
    expiresAt,
    previousRefreshTokenId: null,
    endedAt: null,
    endReason: null,
    ...issuePair(issuance, expiresAt),
  }
}

export const presentRefreshToken = ({ session, tokenId, ...issuance }: Presentation): Presented => {
  const { now, limits } = issuance
  if (isDead(session, now)) return { outcome: 'dead' }
  if (tokenId === session.refreshTokenId)
    return {
      outcome: 'rotated',
      session: {
        ...session,
        ...issuePair(issuance, session.expiresAt),
        previousRefreshTokenId: session.refreshTokenId,
      },
    }
  if (tokenId === session.previousRefreshTokenId && isInGrace(session, now, limits))
    return { outcome: 'repeated', session }
  return { outcome: 'theft' }
}

export const accessExpiresAt = (session: Session, limits: Pick<SessionLimits, 'accessTtlSeconds'>): Date =>
  earlier(secondsAfter(session.issuedAt, limits.accessTtlSeconds), toWholeSeconds(session.expiresAt))

const issuePair = ({ tokenIds, origin, now, limits }: Issuance, sessionExpiresAt: Date) => ({
  refreshTokenId: tokenIds.refresh,
  accessTokenId: tokenIds.access,
  issuedAt: now,
  lastUsedAt: now,
  refreshExpiresAt: earlier(secondsAfter(now, limits.refreshTtlSeconds), sessionExpiresAt),
  ip: origin.ip ?? null,
  userAgent: origin.userAgent ?? null,
})

/** At its last instant a token is dead already, as RFC 7519 has it. */
export const isDead = ({ endedAt, expiresAt, refreshExpiresAt }: Session, now: Date) =>
  endedAt !== null || now >= expiresAt || now >= refreshExpiresAt

/** Issued in the future is in it, too: another replica's clock may be ahead of ours. */
const isInGrace = ({ issuedAt }: Session, now: Date, { graceSeconds }: SessionLimits) =>
  now.getTime() - issuedAt.getTime() <= graceSeconds * 1000

const earlier = (one: Date, other: Date) => (one < other ? one : other)

const secondsAfter = (start: Date, seconds: number) =>
  toWholeSeconds(new Date(start.getTime() + seconds * 1000))

/** Downwards, so that a token, which knows only whole seconds, and the row that stands for it end together. */
const toWholeSeconds = (instant: Date) => new Date(Math.floor(instant.getTime() / 1000) * 1000)
