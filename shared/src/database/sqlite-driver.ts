import type BetterSqlite3 from 'better-sqlite3'

export type SqliteConnection = BetterSqlite3.Database
export type SqliteStatement = BetterSqlite3.Statement<unknown[], unknown[]>

// better-sqlite3 12 was seen to abort on Node 24 and 13 needs Node 22: each Node gets the one that is proven on it.
const nodeMajor = Number(process.versions.node.split('.')[0])
const driver = nodeMajor >= 22 ? 'better-sqlite3-node22' : 'better-sqlite3'

/** The native module is loaded only where SQLite is used: a service on PostgreSQL runs without it. */
export const openSqliteFile = async (
  file: string,
  options: BetterSqlite3.Options,
): Promise<SqliteConnection> => {
  const { default: Sqlite } = (await import(driver)) as { default: typeof BetterSqlite3 }
  return new Sqlite(file, options)
}
