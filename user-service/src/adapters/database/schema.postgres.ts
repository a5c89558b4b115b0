import { postgresColumns } from '@accounts/shared/database/columns'
import { defineTables } from './tables.ts'

export const { userProfiles, accountStates, revokedSessions, inbox, pendingEvents } =
  defineTables(postgresColumns)
