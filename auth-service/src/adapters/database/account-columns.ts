import type { Scope } from './tables.ts'

/** What makes an `Account`. */
export const accountColumns = ({ authInfo }: Pick<Scope['tables'], 'authInfo'>) => ({
  id: authInfo.id,
  login: authInfo.login,
  email: authInfo.email,
  displayName: authInfo.displayName,
  isActive: authInfo.isActive,
  securityVersion: authInfo.securityVersion,
})

/** What those see of one who look after accounts. */
export const detailColumns = (tables: Pick<Scope['tables'], 'authInfo'>) => ({
  ...accountColumns(tables),
  createdAt: tables.authInfo.createdAt,
  lastLoginAt: tables.authInfo.lastLoginAt,
})
