import { ServiceError } from '@accounts/shared/errors/service-error'
import type { AuditAction, Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { mayDispose, type Role } from '../../domain/roles.ts'
import type { Clock, Store, Transact } from '../../ports.ts'

interface ChangeNeeds {
  transact: Transact
  clock: Clock
}

interface NewRole {
  name: string
  description: string
  permissions: readonly string[]
}

interface RoleChange {
  description?: string | undefined
  permissions?: readonly string[] | undefined
  /** Of the role as whoever changes it has seen it. */
  version: number
}

export const createRoleChanges = ({ transact, clock }: ChangeNeeds) => {
  const note = async (store: Store, action: AuditAction, role: NewRole, caller: Caller) =>
    store.audit.add({
      ...{ action, actorId: caller.userId, sessionId: caller.sessionId },
      details: { role: role.name, permissions: role.permissions.join(' ') },
    })

  /** One that may be changed, and by this caller. */
  const take = async (store: Store, name: string, caller: Caller): Promise<Role> => {
    await store.roles.hold()
    const role = await store.roles.find(name)
    if (role === null) throw new ServiceError('not_found')
    if (role.isBuiltIn) throw new ServiceError('role_built_in')
    requireDisposal(caller, role)
    return role
  }

  const createRole = async (fresh: NewRole, caller: Caller, origin: Origin) =>
    transact(origin, async (store) => {
      requireDisposal(caller, fresh)
      const role = await store.roles.insert(fresh, clock())
      if (role === null) throw new ServiceError('role_exists')
      await note(store, 'role created', role, caller)
      return role
    })

  const changeRole = async (name: string, change: RoleChange, caller: Caller, origin: Origin) =>
    transact(origin, async (store) => {
      const role = await take(store, name, caller)
      if (role.version !== change.version) throw new ServiceError('changed_meanwhile')
      const { description = role.description, permissions = role.permissions } = change
      const changed = { ...role, description, permissions, version: role.version + 1 }
      requireDisposal(caller, changed)
      await store.roles.update(changed, clock())
      if (permissions.join() !== role.permissions.join()) await tellHolders(store, name)
      await note(store, 'role changed', changed, caller)
      return changed
    })

  const deleteRole = async (name: string, caller: Caller, origin: Origin) =>
    transact(origin, async (store) => {
      const role = await take(store, name, caller)
      const holders = await store.roles.holders(name)
      if (holders.length > 0) throw new ServiceError('role_in_use')
      await store.roles.remove(name)
      await note(store, 'role deleted', role, caller)
    })

  /** What their tokens say is true no more. */
  const tellHolders = async (store: Store, name: string) => {
    for (const id of await store.roles.holders(name)) await store.roles.tell(id, clock())
  }

  return { createRole, changeRole, deleteRole }
}

export type RoleChanges = ReturnType<typeof createRoleChanges>

const requireDisposal = (caller: Caller, role: Pick<Role, 'name' | 'permissions'>) => {
  if (!mayDispose(caller, role)) throw new ServiceError('not_allowed')
}
