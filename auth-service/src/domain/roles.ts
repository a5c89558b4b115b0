import { allows } from '@accounts/shared/access/permissions'

/** What an account can be given. A permission is `things:action`; `things:*` is every action on them. */
export interface Role {
  name: string
  description: string
  isBuiltIn: boolean
  /** Grows with every change. */
  version: number
  /** Sorted. */
  permissions: readonly string[]
}

export const adminRole = 'admin'
const everybodysRole = 'user'

/** What the code itself relies on: it cannot be changed or deleted. */
export const builtInRoles = [
  {
    name: adminRole,
    description: 'Administers accounts, roles and the audit log',
    permissions: ['audit:*', 'roles:*', 'users:*'],
  },
  { name: everybodysRole, description: 'Everybody who has an account', permissions: [] },
] as const satisfies readonly Omit<Role, 'isBuiltIn' | 'version'>[]

/** Everybody has `user`, so it is stored nowhere. */
export const rolesFrom = (stored: readonly string[]): readonly string[] =>
  [...new Set([everybodysRole, ...stored])].toSorted()

/** What is stored of them. */
export const storedRoles = (roles: readonly string[]) =>
  rolesFrom(roles).filter((role) => role !== everybodysRole)

/** The one that stands in the token for clients that know a single role: the most powerful one. */
export const mainRole = (roles: readonly string[]) =>
  roles.includes(adminRole) ? adminRole : (roles.find((role) => role !== everybodysRole) ?? everybodysRole)

interface Holder {
  roles: readonly string[]
  permissions: readonly string[]
}

/** Nobody gives, or takes away, what they may not do themselves: or a right to give roles would be every right. */
export const mayDispose = (
  { roles, permissions }: Holder,
  { name, permissions: disposed }: Pick<Role, 'name' | 'permissions'>,
) =>
  roles.includes(adminRole) ||
  (name !== adminRole && disposed.every((permission) => allows(permissions, permission)))
