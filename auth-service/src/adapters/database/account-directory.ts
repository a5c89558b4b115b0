import {
  aliasedTable,
  and,
  asc,
  eq,
  gt,
  gte,
  lt,
  notExists,
  or,
  type SQL,
} from '@accounts/shared/database/operators'
import { searchRange } from '../../domain/search.ts'
import type { AccountDetails, AccountDirectory, AccountPlace } from '../../ports.ts'
import { accountColumns } from './account-columns.ts'
import { withRights } from './rights.ts'
import type { AuthDatabase } from './tables.ts'

/** Accounts for who looks after them. Every page is read from an index, however many accounts there are. */
export const createAccountDirectory = ({ query, tables }: AuthDatabase): AccountDirectory => {
  const { authInfo, searchKeys, userRoles } = tables
  const columns = {
    ...accountColumns(tables),
    createdAt: authInfo.createdAt,
    lastLoginAt: authInfo.lastLoginAt,
  }

  const byId = async (limit: number, after: number, isActive: boolean | undefined) =>
    query
      .select(columns)
      .from(authInfo)
      .where(
        and(gt(authInfo.id, after), isActive === undefined ? undefined : eq(authInfo.isActive, isActive)),
      )
      .orderBy(asc(authInfo.id))
      .limit(limit)

  const byRole = async (role: string, limit: number, after: number) =>
    query
      .select(columns)
      .from(userRoles)
      .innerJoin(authInfo, eq(authInfo.id, userRoles.userId))
      .where(and(eq(userRoles.role, role), gt(userRoles.userId, after)))
      .orderBy(asc(userRoles.userId))
      .limit(limit)

  const byBeginning = async (begun: string, limit: number, after: AccountPlace | undefined) => {
    const { from, before } = searchRange(begun)
    const other = aliasedTable(searchKeys, 'other')
    // Once each, by the first of its keys.
    const earlier = query
      .select({ key: other.key })
      .from(other)
      .where(and(eq(other.userId, searchKeys.userId), gte(other.key, from), lt(other.key, searchKeys.key)))
    return query
      .select({ ...columns, key: searchKeys.key })
      .from(searchKeys)
      .innerJoin(authInfo, eq(authInfo.id, searchKeys.userId))
      .where(and(isAfter(after), gte(searchKeys.key, from), lt(searchKeys.key, before), notExists(earlier)))
      .orderBy(asc(searchKeys.key), asc(searchKeys.userId))
      .limit(limit)
  }

  const isAfter = (place: AccountPlace | undefined): SQL | undefined =>
    place?.key === undefined
      ? undefined
      : or(gt(searchKeys.key, place.key), and(eq(searchKeys.key, place.key), gt(searchKeys.userId, place.id)))

  return {
    page: async ({ limit, after, query: begun, role, isActive }) => {
      const rows: (Omit<AccountDetails, 'roles' | 'permissions'> & { key?: string })[] =
        begun !== undefined
          ? await byBeginning(begun, limit + 1, after)
          : role !== undefined
            ? await byRole(role, limit + 1, after?.id ?? 0)
            : await byId(limit + 1, after?.id ?? 0, isActive)
      const page = rows.slice(0, limit)
      const last = rows.length > limit ? page.at(-1) : undefined
      return {
        accounts: await withRights({ query, tables }, page),
        next: last === undefined ? null : { id: last.id, ...(last.key !== undefined && { key: last.key }) },
      }
    },
    find: async (id) => {
      const found = await query.select(columns).from(authInfo).where(eq(authInfo.id, id))
      const [account] = await withRights({ query, tables }, found)
      return account ?? null
    },
  }
}
