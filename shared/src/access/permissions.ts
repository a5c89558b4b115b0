/** Everything that can be allowed: guards, the table of auth-service and the documents follow from this list. */
export const permissions = {
  'users:read': 'See accounts and search them',
  'users:write': 'Reactivate accounts and end their sessions',
  'roles:read': 'See roles and what they allow',
  'roles:write': 'Make, change and delete roles',
  'roles:assign': 'Give roles to accounts and take them away',
  'audit:read': 'Read the audit log',
} as const satisfies Record<`${string}:${string}`, string>

export type Permission = keyof typeof permissions

const everyOne = (permission: string) => `${permission.split(':')[0]}:*`

// Known beforehand, since guards ask with every request.
const everyOneOf = new Map(Object.keys(permissions).map((permission) => [permission, everyOne(permission)]))

/** What a role may hold: a permission, or `users:*` for every one of a kind, those of later versions among them. */
export const grants: ReadonlySet<string> = new Set([...everyOneOf].flat())

/** Whether somebody who holds these may do what needs that, which may be a grant for every one of a kind itself. */
export const allows = (held: readonly string[], needed: string): boolean =>
  held.includes(needed) || held.includes(everyOneOf.get(needed) ?? everyOne(needed))
