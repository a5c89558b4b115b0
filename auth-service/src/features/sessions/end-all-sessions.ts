import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Clock, Transact } from '../../ports.ts'

interface EndNeeds {
  transact: Transact
  clock: Clock
}

/** One event for all of them: access tokens of an older security version are dead, whatever their session. */
export const createEndAllSessions =
  ({ transact, clock }: EndNeeds) =>
  async (userId: number, actorId: number | undefined, origin: Origin) => {
    const account = await transact(origin, async (store) => {
      const now = clock()
      const raised = await store.accounts.raiseSecurityVersion(userId, now)
      if (raised === null) return null
      await store.sessions.endAllOf(userId, 'ended by an administrator', now)
      await store.outbox.add({ event_type: 'Sessions Revoke', auth_id: userId, ver: raised.securityVersion })
      await store.audit.add({ action: 'sessions ended', userId, actorId })
      return raised
    })
    if (account === null) throw new ServiceError('not_found')
  }

export type EndAllSessions = ReturnType<typeof createEndAllSessions>
