import { ServiceError } from '@accounts/shared/errors/service-error'
import { presentUser } from '../../domain/account.ts'
import type { Origin } from '../../domain/audit.ts'
import type { Clock, Transact } from '../../ports.ts'

interface DeactivationNeeds {
  transact: Transact
  clock: Clock
}

export const createDeactivateAccount =
  ({ transact, clock }: DeactivationNeeds) =>
  async (userId: number, actorId: number, origin: Origin) => {
    const account = await transact(async (store) => {
      const now = clock()
      const deactivated = await store.accounts.deactivate(userId, now)
      // Deactivated already, or unknown: either way there is nothing to change and nothing to tell.
      if (deactivated === null) return store.accounts.find(userId)
      await store.sessions.endAllOf(userId, 'account deactivated', now)
      await store.outbox.add({ event_type: 'Account Deactivate', auth_id: userId, is_active: false })
      await store.audit.add({ action: 'account deactivated', userId, actorId, ip: origin.ip })
      return deactivated
    })
    if (account === null) throw new ServiceError('not_found')
    return presentUser(account)
  }

export type DeactivateAccount = ReturnType<typeof createDeactivateAccount>
