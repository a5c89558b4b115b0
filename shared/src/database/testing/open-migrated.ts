import type { TestDatabase } from '../../testing/databases.ts'
import { migrateDatabase } from '../migrate.ts'
import { type Database, type DatabaseNeeds, openDatabase } from '../open.ts'

interface OpenNeeds<Tables> extends Omit<DatabaseNeeds<Tables>, 'url'> {
  createDatabase: () => Promise<TestDatabase>
  migrationsFolder: string
}

/** A fresh database with every migration applied; `drop` closes and removes it. */
export const openMigrated = async <Tables>({
  createDatabase,
  migrationsFolder,
  ...needs
}: OpenNeeds<Tables>): Promise<{ database: Database<Tables>; url: string; drop: () => Promise<void> }> => {
  const { url, drop } = await createDatabase()
  await migrateDatabase({ url, folder: migrationsFolder })
  const database = await openDatabase({ url, ...needs })
  const closeAndDrop = async () => {
    await database.close()
    await drop()
  }
  return { database, url, drop: closeAndDrop }
}
