import path from 'node:path'

/** The same way from the sources and from the build. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../../../migrations')
