import path from 'node:path'
import type { TestDatabase } from '../../testing/databases.ts'
import type { DatabaseNeeds } from '../open.ts'
import { openMigrated } from './open-migrated.ts'
import { defineTables } from './tables.ts'

export type Samples = Awaited<ReturnType<typeof openSamples>>

export const sampleMigrations = path.resolve(import.meta.dirname, 'migrations')

/** A migrated database with the fixture tables. */
export const openSamples = async (
  createDatabase: () => Promise<TestDatabase>,
  options: Partial<Omit<DatabaseNeeds<unknown>, 'defineTables'>> = {},
) => {
  const opened = await openMigrated({
    createDatabase,
    migrationsFolder: sampleMigrations,
    defineTables,
    ...options,
  })
  return { ...opened, samples: opened.database.tables.samples, parts: opened.database.tables.parts }
}

/** A row to insert; the label is its key. */
export const sample = (label: string) => ({
  label,
  labelKey: label.toLowerCase(),
  version: 1,
  isActive: true,
  createdAt: new Date('2026-03-04T05:06:07.089Z'),
})

/** A promise and the function that fulfils it. */
export const createSignal = () => {
  let give = () => {}
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { give, given }
}
