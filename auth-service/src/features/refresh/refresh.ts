import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Session } from '../../domain/session.ts'
import { revocationOf } from '../../domain/session-revocation.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { TokenPair } from '../../domain/token-pair.ts'
import type { Clock, RefreshTokenFacts, Store, Transact, VerifyRefreshToken } from '../../ports.ts'

interface RefreshNeeds {
  verifyRefreshToken: VerifyRefreshToken
  transact: Transact
  issuer: TokenIssuer
  clock: Clock
}

// Each loss means that another request has won, and after a win the token is the predecessor, which is not exchanged.
const maxAttempts = 3

export const createRefresh = ({ verifyRefreshToken, transact, issuer, clock }: RefreshNeeds) => {
  const refuse = async (store: Store, token: RefreshTokenFacts, reason: string) => {
    const { userId, sessionId } = token
    await store.audit.add({ action: 'refresh refused', reason, userId, sessionId })
    return null
  }

  const endStolen = async (store: Store, { id, userId }: Session) => {
    const ended = await store.sessions.end(id, 'refresh theft', clock())
    if (!ended) return
    await store.outbox.add(revocationOf(userId, id, issuer))
    await store.audit.add({ action: 'refresh theft', userId, sessionId: id })
  }

  /** `null`: refused, with everything that follows from it written down. */
  const exchange = async (
    store: Store,
    token: RefreshTokenFacts,
    origin: Origin,
  ): Promise<TokenPair | null> => {
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const session = await store.sessions.find(token.sessionId)
      if (session?.userId !== token.userId) return refuse(store, token, 'unknown session')
      const account = await store.accounts.find(token.userId)
      if (!account?.isActive) return refuse(store, token, 'no active account')
      const presented = issuer.present(session, token.tokenId, origin)
      // Its answer may have been lost just before its end; but it is no sign of theft that a forgotten tab shows it.
      if (token.expiresAt <= clock() && presented.outcome !== 'repeated')
        throw new ServiceError('token_expired')
      if (presented.outcome === 'dead') return refuse(store, token, 'session ended')
      if (presented.outcome === 'theft') {
        await endStolen(store, session)
        return null
      }
      if (presented.outcome === 'repeated') return issuer.pairOf(presented.session, account)
      if (await store.sessions.rotate(session, presented.session)) {
        await store.blacklist.add([token], clock())
        return issuer.pairOf(presented.session, account)
      }
    }
    throw new ServiceError('unavailable')
  }

  return async ({ refresh_token }: { refresh_token: string }, origin: Origin) => {
    const token = await verifyRefreshToken(refresh_token, { expiredToo: true })
    const pair = await transact(origin, async (store) => exchange(store, token, origin))
    // Only now, when the refusal has been committed: an error inside would undo the end of a stolen session.
    if (pair === null) throw new ServiceError('token_revoked')
    return pair
  }
}

export type Refresh = ReturnType<typeof createRefresh>
