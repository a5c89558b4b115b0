import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { revocationOf } from '../../domain/session-revocation.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, Store, Transact } from '../../ports.ts'

interface EndNeeds {
  transact: Transact
  issuer: TokenIssuer
  clock: Clock
}

// Each is an event, and nobody else can change the account, or anything on SQLite, until the last one is written.
const sessionsAtATime = 100
const mostBatches = 1_000

export const createEndOtherSessions = ({ transact, issuer, clock }: EndNeeds) => {
  const endSome = async (store: Store, { userId, sessionId }: Caller) => {
    const ended = await store.sessions.endOthers(
      { userId, sessionId },
      { reason: 'ended by its owner', at: clock(), limit: sessionsAtATime },
    )
    // It has ended since it was let in, perhaps by one of those that it would end now.
    if (ended === null) throw new ServiceError('token_revoked')
    if (ended.length === 0) return 0
    for (const id of ended) await store.outbox.add(revocationOf(userId, id, issuer))
    const details = { sessions: ended.length }
    await store.audit.add({ action: 'sessions ended', userId, sessionId, details })
    return ended.length
  }

  /** How many have ended. */
  return async (caller: Caller, origin: Origin): Promise<number> => {
    let all = 0
    for (let batch = 0; batch < mostBatches; batch += 1) {
      const ended = await transact(origin, async (store) => endSome(store, caller))
      all += ended
      if (ended < sessionsAtATime) break
    }
    return all
  }
}

export type EndOtherSessions = ReturnType<typeof createEndOtherSessions>
