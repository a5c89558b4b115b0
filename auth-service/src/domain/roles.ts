/** What each role allows. A permission is `things:action`; `things:*` is every action on them. */
const permissionsByRole: ReadonlyMap<string, readonly string[]> = new Map([
  ['user', []],
  ['admin', ['audit:*', 'roles:*', 'users:*']],
])

/** Everybody has `user`, so it is stored nowhere. */
export const rolesFrom = (stored: readonly string[]): readonly string[] =>
  [...new Set(['user', ...stored])].toSorted()

/** The one that stands in the token for clients that know a single role: the most powerful one. */
export const mainRole = (roles: readonly string[]) =>
  roles.includes('admin') ? 'admin' : (roles.find((role) => role !== 'user') ?? 'user')

export const permissionsOf = (roles: readonly string[]): readonly string[] =>
  [...new Set(roles.flatMap((role) => permissionsByRole.get(role) ?? []))].toSorted()
