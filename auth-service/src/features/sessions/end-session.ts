import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { isDead } from '../../domain/session.ts'
import { revocationOf } from '../../domain/session-revocation.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, Transact } from '../../ports.ts'

interface EndNeeds {
  transact: Transact
  issuer: TokenIssuer
  clock: Clock
}

/** That a session is somebody else's is not told: it is as if there were none. */
export const createEndSession =
  ({ transact, issuer, clock }: EndNeeds) =>
  async (sessionId: string, { userId }: Caller, origin: Origin) => {
    const ended = await transact(origin, async (store) => {
      const now = clock()
      const session = await store.sessions.find(sessionId)
      if (session?.userId !== userId || isDead(session, now)) return false
      if (!(await store.sessions.end(sessionId, 'ended by its owner', now))) return false
      await store.outbox.add(revocationOf(userId, sessionId, issuer))
      await store.audit.add({ action: 'session ended', userId, sessionId })
      return true
    })
    if (!ended) throw new ServiceError('not_found')
  }

export type EndSession = ReturnType<typeof createEndSession>
