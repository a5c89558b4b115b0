import type { SQL } from '@accounts/shared/database/operators'
import type { Scope } from './tables.ts'

/**
 * Accounts that nobody else can change until the transaction ends. An update that changes nothing, since only one
 * dialect knows `for update`. Whoever needs an account and its sessions takes the account first: two transactions that
 * take them in different order would wait for each other.
 */
export const holdAccounts = async ({ query, tables: { authInfo } }: Scope, which: SQL) =>
  query.update(authInfo).set({ eventVersion: authInfo.eventVersion }).where(which)
