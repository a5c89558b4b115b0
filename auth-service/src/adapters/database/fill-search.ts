import { and, asc, desc, eq, gte, inArray, isNull, lt } from '@accounts/shared/database/operators'
import { accountColumns } from './account-columns.ts'
import { searchRowsOf } from './accounts.ts'
import type { AuthDatabase } from './tables.ts'

const mostAtATime = 200

/**
 * Makes accounts findable that are older than the search; says whether there may be more of them. From the youngest to
 * the oldest: once the very first account can be found, all can, and no start after that looks any further.
 */
export const createFillSearch = ({ query, tables }: AuthDatabase, atATime = mostAtATime) => {
  const { authInfo, searchKeys } = tables
  let before = Number.MAX_SAFE_INTEGER

  const isFirstFindable = async () => {
    const first = query.select({ id: authInfo.id }).from(authInfo).orderBy(asc(authInfo.id)).limit(1)
    const keys = query
      .select({ id: searchKeys.userId })
      .from(searchKeys)
      .where(inArray(searchKeys.userId, first))
    return (await first).length === 0 || (await keys.limit(1)).length > 0
  }

  return async (): Promise<boolean> => {
    if (await isFirstFindable()) return false
    const page = await query
      .select({ id: authInfo.id })
      .from(authInfo)
      .where(lt(authInfo.id, before))
      .orderBy(desc(authInfo.id))
      .limit(atATime)
    const last = page.at(-1)
    if (!last) return false
    const missing = await query
      .select(accountColumns(tables))
      .from(authInfo)
      .leftJoin(searchKeys, eq(searchKeys.userId, authInfo.id))
      .where(and(lt(authInfo.id, before), gte(authInfo.id, last.id), isNull(searchKeys.userId)))
    if (missing.length > 0)
      await query.insert(searchKeys).values(missing.flatMap(searchRowsOf)).onConflictDoNothing()
    before = last.id
    return page.length === atATime
  }
}
