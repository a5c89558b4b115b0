import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Columns } from '@accounts/shared/database/columns'
import type { Table } from 'drizzle-orm'

export const repositoryRoot = path.resolve(import.meta.dirname, '../../..')

/** Something with tables and migrations of its own. */
export interface DatabaseProject {
  name: string
  /** Holds tables.ts and the schema files that drizzle-kit reads. */
  schemaFolder: string
  migrationsFolder: string
}

export const databaseProjects = (root = repositoryRoot): DatabaseProject[] => [
  ...['auth-service', 'user-service'].map((name) => ({
    name,
    schemaFolder: path.join(root, name, 'src/adapters/database'),
    migrationsFolder: path.join(root, name, 'migrations'),
  })),
  {
    name: 'contract suite',
    schemaFolder: path.join(root, 'shared/src/database/testing'),
    migrationsFolder: path.join(root, 'shared/src/database/testing/migrations'),
  },
]

export type DefineTables = (columns: Columns) => Record<string, Table>

export const importTables = async ({ schemaFolder }: DatabaseProject): Promise<DefineTables> => {
  const file = pathToFileURL(path.join(schemaFolder, 'tables.ts')).href
  const { defineTables } = (await import(file)) as { defineTables: DefineTables }
  return defineTables
}
