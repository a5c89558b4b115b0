import { ServiceError } from '@accounts/shared/errors/service-error'
import { presentUser } from '../../domain/account.ts'
import type { Origin } from '../../domain/audit.ts'
import { adminRole } from '../../domain/roles.ts'
import type { Clock, Store, Transact } from '../../ports.ts'

interface DeactivationNeeds {
  transact: Transact
  clock: Clock
}

/** Found out too late to take turns with whoever else changes administrators. */
class IsAdmin extends Error {}

export const createDeactivateAccount = ({ transact, clock }: DeactivationNeeds) => {
  const requireAnotherAdmin = async (store: Store, userId: number, isHeld: boolean) => {
    const account = await store.accounts.find(userId)
    if (!account?.roles.includes(adminRole)) return
    if (!isHeld) throw new IsAdmin()
    if (!(await store.roles.hasActiveAdmin())) throw new ServiceError('last_admin')
  }

  const deactivate = async (userId: number, actorId: number | undefined, origin: Origin, isHeld: boolean) =>
    transact(origin, async (store) => {
      // Before any account, as everybody does who takes both.
      if (isHeld) await store.roles.hold()
      const now = clock()
      const deactivated = await store.accounts.deactivate(userId, now)
      // Deactivated already, or unknown: either way there is nothing to change and nothing to tell.
      if (deactivated === null) return store.accounts.find(userId)
      await requireAnotherAdmin(store, userId, isHeld)
      await store.sessions.endAllOf(userId, 'account deactivated', now)
      await store.outbox.add({ event_type: 'Account Deactivate', auth_id: userId, is_active: false })
      await store.audit.add({ action: 'account deactivated', userId, actorId })
      return deactivated
    })

  return async (userId: number, actorId: number | undefined, origin: Origin) => {
    const account = await deactivate(userId, actorId, origin, false).catch((error: unknown) => {
      if (!(error instanceof IsAdmin)) throw error
      return deactivate(userId, actorId, origin, true)
    })
    if (account === null) throw new ServiceError('not_found')
    return presentUser(account)
  }
}

export type DeactivateAccount = ReturnType<typeof createDeactivateAccount>
