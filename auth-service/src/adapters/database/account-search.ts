import {
  aliasedTable,
  and,
  asc,
  eq,
  gte,
  isAfter,
  lt,
  notExists,
  plannedLimit,
} from '@accounts/shared/database/operators'
import { searchRange } from '../../domain/search.ts'
import type { AccountPlace } from '../../ports.ts'
import { detailColumns } from './account-columns.ts'
import type { Scope } from './tables.ts'

/** Accounts by how one of their keys begins, in the order of the keys, each once: by the first of those that match. */
export const createAccountSearch = ({ query, tables }: Scope) => {
  const { authInfo, searchKeys } = tables
  const columns = detailColumns(tables)

  return async (begun: string, limit: number, after: AccountPlace | undefined) => {
    const { from, before } = searchRange(begun)
    const start: [string, number] =
      after?.key !== undefined && after.key >= from ? [after.key, after.id] : [from, 0]
    const other = aliasedTable(searchKeys, 'other')
    const earlier = query
      .select({ key: other.key })
      .from(other)
      .where(and(eq(other.userId, searchKeys.userId), gte(other.key, from), lt(other.key, searchKeys.key)))
    const isFound = and(
      isAfter([searchKeys.key, searchKeys.userId], start),
      lt(searchKeys.key, before),
      notExists(earlier),
    )
    const page = query
      .select({ userId: searchKeys.userId, key: searchKeys.key })
      .from(searchKeys)
      .where(isFound)
      .orderBy(asc(searchKeys.key), asc(searchKeys.userId))
      .limit(plannedLimit(limit))
      .as('page')
    return query
      .select({ ...columns, key: page.key })
      .from(page)
      .innerJoin(authInfo, eq(authInfo.id, page.userId))
      .orderBy(asc(page.key), asc(page.userId))
  }
}
