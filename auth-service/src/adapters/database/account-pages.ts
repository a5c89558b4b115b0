import { asc, gt } from '@accounts/shared/database/operators'
import type { AccountPage } from '../../ports.ts'
import type { AuthDatabase } from './tables.ts'

/** Every account, in the order of its id, a page at a time. */
export const createAccountPage =
  ({ query, tables: { authInfo } }: AuthDatabase): AccountPage =>
  async ({ after, limit }) =>
    query
      .select({
        id: authInfo.id,
        displayName: authInfo.displayName,
        isActive: authInfo.isActive,
        securityVersion: authInfo.securityVersion,
        eventVersion: authInfo.eventVersion,
      })
      .from(authInfo)
      .where(gt(authInfo.id, after))
      .orderBy(asc(authInfo.id))
      .limit(limit)
