import { ServiceError } from '@accounts/shared/errors/service-error'
import { presentUser } from '../../domain/account.ts'
import type { Origin } from '../../domain/audit.ts'
import type { Clock, Transact } from '../../ports.ts'

interface ReactivationNeeds {
  transact: Transact
  clock: Clock
}

export const createReactivateAccount =
  ({ transact, clock }: ReactivationNeeds) =>
  async (userId: number, actorId: number | undefined, origin: Origin) => {
    const account = await transact(origin, async (store) => {
      const reactivated = await store.accounts.reactivate(userId, clock())
      // Active already, or unknown: either way there is nothing to change and nothing to tell.
      if (reactivated === null) return store.accounts.find(userId)
      const { securityVersion: ver } = reactivated
      await store.outbox.add({ event_type: 'Account Reactivate', auth_id: userId, is_active: true, ver })
      await store.audit.add({ action: 'account reactivated', userId, actorId })
      return reactivated
    })
    if (account === null) throw new ServiceError('not_found')
    return presentUser(account)
  }

export type ReactivateAccount = ReturnType<typeof createReactivateAccount>
