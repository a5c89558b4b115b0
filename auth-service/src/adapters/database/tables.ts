import type { Columns } from '@accounts/shared/database/columns'
import type { Database } from '@accounts/shared/database/open'
import type { Queries } from '@accounts/shared/database/queries'
import { defineAccountTables } from './account-tables.ts'
import { defineRecordTables } from './record-tables.ts'
import { defineRoleTables } from './role-tables.ts'
import { defineSessionTables } from './session-tables.ts'

export const defineTables = (columns: Columns) => {
  const accountTables = defineAccountTables(columns)
  return {
    ...accountTables,
    ...defineRoleTables(columns),
    ...defineSessionTables(columns, accountTables),
    ...defineRecordTables(columns),
  }
}

export type AuthTables = ReturnType<typeof defineTables>

export type AuthDatabase = Database<AuthTables>

/** What a repository works with: the handle of a transaction, and the tables of its dialect. */
export interface Scope {
  query: Queries
  tables: AuthTables
}
