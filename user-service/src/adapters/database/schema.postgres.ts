import { postgresColumns } from '@accounts/shared/database/columns'
import { defineTables } from './tables.ts'

export const { userProfiles } = defineTables(postgresColumns)
