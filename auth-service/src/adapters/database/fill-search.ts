import { asc, eq, isNull } from '@accounts/shared/database/operators'
import { accountColumns } from './account-columns.ts'
import { searchRowsOf } from './accounts.ts'
import type { AuthDatabase } from './tables.ts'

const atATime = 200

/** Makes accounts findable that are older than the search; says whether there may be more of them. */
export const createFillSearch =
  ({ query, tables }: AuthDatabase) =>
  async (): Promise<boolean> => {
    const { authInfo, searchKeys } = tables
    const missing = await query
      .select(accountColumns(tables))
      .from(authInfo)
      .leftJoin(searchKeys, eq(searchKeys.userId, authInfo.id))
      .where(isNull(searchKeys.userId))
      .orderBy(asc(authInfo.id))
      .limit(atATime)
    if (missing.length > 0)
      await query.insert(searchKeys).values(missing.flatMap(searchRowsOf)).onConflictDoNothing()
    return missing.length === atATime
  }
