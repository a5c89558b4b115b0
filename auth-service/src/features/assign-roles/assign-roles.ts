import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { adminRole, mayDispose, rolesFrom, storedRoles } from '../../domain/roles.ts'
import type { Clock, Store, Transact } from '../../ports.ts'

interface AssignNeeds {
  transact: Transact
  clock: Clock
}

/** Who does it: a caller within what they may do themselves, or the command of an operator. */
export type Assigner = Caller | 'operator'

export const createAssignRoles =
  ({ transact, clock }: AssignNeeds) =>
  async (userId: number, wanted: readonly string[], assigner: Assigner, origin: Origin) =>
    transact(origin, async (store) => {
      await store.roles.hold()
      const account = await store.accounts.find(userId)
      if (account === null) throw new ServiceError('not_found')
      const roles = rolesFrom(wanted)
      const changed = differenceOf(roles, account.roles)
      await requireRoles(store, wanted)
      await requireDisposal(store, changed, assigner)
      if (changed.length === 0) return roles

      const now = clock()
      await store.roles.give(userId, storedRoles(roles), now)
      const isDemoted = account.isActive && changed.includes(adminRole) && !roles.includes(adminRole)
      if (isDemoted && !(await store.roles.hasActiveAdmin())) throw new ServiceError('last_admin')
      await store.roles.tell(userId, now)
      await store.audit.add({
        action: 'roles assigned',
        userId,
        ...(assigner !== 'operator' && { actorId: assigner.userId, sessionId: assigner.sessionId }),
        details: { roles: roles.join(' '), before: account.roles.join(' ') },
      })
      return roles
    })

export type AssignRoles = ReturnType<typeof createAssignRoles>

const differenceOf = (one: readonly string[], other: readonly string[]) => [
  ...one.filter((role) => !other.includes(role)),
  ...other.filter((role) => !one.includes(role)),
]

const requireRoles = async (store: Store, wanted: readonly string[]) => {
  const errors: { path: string; message: string }[] = []
  for (const [index, name] of wanted.entries())
    if ((await store.roles.find(name)) === null)
      errors.push({ path: `roles.${index}`, message: 'Has to be the name of a role' })
  if (errors.length > 0) throw new ServiceError('validation_failed', { errors })
}

const requireDisposal = async (store: Store, names: readonly string[], assigner: Assigner) => {
  if (assigner === 'operator') return
  for (const name of names) {
    const { permissions = [] } = (await store.roles.find(name)) ?? {}
    if (!mayDispose(assigner, { name, permissions })) throw new ServiceError('not_allowed')
  }
}
