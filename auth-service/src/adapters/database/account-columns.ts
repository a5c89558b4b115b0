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
