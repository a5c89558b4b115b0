import { ServiceError } from '@accounts/shared/errors/service-error'
import { nowhere, type Origin } from '../../domain/audit.ts'
import type { Store, Transact } from '../../ports.ts'
import type { RoleEdit } from './users-arguments.ts'

interface EditNeeds {
  transact: Transact
  /** The use case of administrators, within a transaction that is open already. */
  assignRolesWithin: (
    store: Store,
  ) => (
    userId: number,
    roles: readonly string[],
    assigner: 'operator',
    origin: Origin,
  ) => Promise<readonly string[]>
}

/** What is added to or removed from is held meanwhile, so that nothing done by others at the same time is undone. */
export const createEditRoles =
  ({ transact, assignRolesWithin }: EditNeeds) =>
  async (userId: number, edit: RoleEdit) =>
    transact(nowhere, async (store) => {
      await store.roles.hold()
      const account = await store.accounts.find(userId)
      if (account === null) throw new ServiceError('not_found')
      await requireRoles(store, edit.kind === 'set' ? edit.roles : [...edit.add, ...edit.remove])
      return assignRolesWithin(store)(userId, rolesAfter(account.roles, edit), 'operator', nowhere)
    })

export type EditRoles = ReturnType<typeof createEditRoles>

const requireRoles = async (store: Store, names: readonly string[]) => {
  const unknown: string[] = []
  for (const name of names) if ((await store.roles.find(name)) === null) unknown.push(name)
  if (unknown.length > 0) throw new Error(`there is no role ${unknown.join(', ')}`)
}

const rolesAfter = (before: readonly string[], edit: RoleEdit): readonly string[] => {
  if (edit.kind === 'set') return edit.roles
  return [...new Set([...before, ...edit.add])].filter((role) => !edit.remove.includes(role))
}
