import { asc, eq, gt, isAndAfter, plannedLimit } from '@accounts/shared/database/operators'
import type { AccountDetails, AccountDirectory } from '../../ports.ts'
import { detailColumns } from './account-columns.ts'
import { createAccountSearch } from './account-search.ts'
import { withRights } from './rights.ts'
import type { AuthDatabase } from './tables.ts'

/**
 * Accounts for who looks after them. Every page is read from an index, however many accounts there are: the order it is
 * asked for in is that of one index only, so that no statistics can lead PostgreSQL to another.
 */
export const createAccountDirectory = ({ query, tables }: AuthDatabase): AccountDirectory => {
  const { authInfo, userRoles } = tables
  const columns = detailColumns(tables)
  const byBeginning = createAccountSearch({ query, tables })

  const byId = async (limit: number, after: number) =>
    query
      .select(columns)
      .from(authInfo)
      .where(gt(authInfo.id, after))
      .orderBy(asc(authInfo.id))
      .limit(plannedLimit(limit))

  const byState = async (isActive: boolean, limit: number, after: number) =>
    query
      .select(columns)
      .from(authInfo)
      .where(isAndAfter([authInfo.isActive, authInfo.id], [isActive, after]))
      .orderBy(asc(authInfo.isActive), asc(authInfo.id))
      .limit(plannedLimit(limit))

  const byRole = async (role: string, limit: number, after: number) => {
    const page = query
      .select({ userId: userRoles.userId })
      .from(userRoles)
      .where(isAndAfter([userRoles.role, userRoles.userId], [role, after]))
      .orderBy(asc(userRoles.role), asc(userRoles.userId))
      .limit(plannedLimit(limit))
      .as('page')
    return query
      .select(columns)
      .from(page)
      .innerJoin(authInfo, eq(authInfo.id, page.userId))
      .orderBy(asc(page.userId))
  }

  const rowsOf = async (
    { query: begun, role, isActive, after }: Parameters<AccountDirectory['page']>[0],
    limit: number,
  ): Promise<(Omit<AccountDetails, 'roles' | 'permissions'> & { key?: string })[]> => {
    if (begun !== undefined) return byBeginning(begun, limit, after)
    if (role !== undefined) return byRole(role, limit, after?.id ?? 0)
    if (isActive !== undefined) return byState(isActive, limit, after?.id ?? 0)
    return byId(limit, after?.id ?? 0)
  }

  return {
    page: async (which) => {
      const { limit } = which
      const rows = await rowsOf(which, limit + 1)
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
