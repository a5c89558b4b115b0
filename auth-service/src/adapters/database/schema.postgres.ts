import { postgresColumns } from '@accounts/shared/database/columns'
import { defineTables } from './tables.ts'

export const {
  authInfo,
  userRoles,
  searchKeys,
  roles,
  permissions,
  rolePermissions,
  sessions,
  tokenBlacklist,
  outbox,
  auditLog,
  leases,
} = defineTables(postgresColumns)
