import { and, eq, lt } from '@accounts/shared/database/operators'
import { snapshotOf } from '../../domain/account-snapshot.ts'
import type { Store } from '../../ports.ts'
import { accountColumns } from './account-columns.ts'
import { holdAccounts } from './hold-accounts.ts'
import type { Scope } from './tables.ts'

interface SnapshotNeeds extends Scope {
  outbox: Store['outbox']
}

export const createSnapshots = ({ outbox, ...scope }: SnapshotNeeds): Store['snapshots'] => {
  const { query, tables } = scope
  const { authInfo } = tables
  return {
    add: async (accountId, { above = 0 } = {}) => {
      const isAccount = eq(authInfo.id, accountId)
      // Held before it is read: what the snapshot says is true when its version is given, and stays so until then.
      await holdAccounts(scope, isAccount)
      const [account] = await query.select(accountColumns(tables)).from(authInfo).where(isAccount)
      if (!account) return false
      await query
        .update(authInfo)
        .set({ eventVersion: above })
        .where(and(isAccount, lt(authInfo.eventVersion, above)))
      await outbox.add(snapshotOf(account))
      return true
    },
  }
}
