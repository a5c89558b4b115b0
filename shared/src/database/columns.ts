import * as postgres from 'drizzle-orm/pg-core'
import * as sqlite from 'drizzle-orm/sqlite-core'

export type Dialect = 'postgres' | 'sqlite'

export const dialects = ['postgres', 'sqlite'] as const satisfies readonly Dialect[]

/** What a table may be made of. A service defines its tables once, over this, and gets them for either dialect. */
export const postgresColumns = {
  table: postgres.pgTable,
  /** Given by the database, never used twice. */
  id: (name: string) => postgres.bigint(name, { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  /** Up to 2^31. */
  integer: (name: string) => postgres.integer(name),
  /** Up to 2^53: ids of other rows, versions, sequences. */
  counter: (name: string) => postgres.bigint(name, { mode: 'number' }),
  text: (name: string) => postgres.text(name),
  flag: (name: string) => postgres.boolean(name),
  /** A Date, to the millisecond. */
  instant: (name: string) => postgres.timestamp(name, { withTimezone: true, precision: 3, mode: 'date' }),
  json: <Value>(name: string) => postgres.jsonb(name).$type<Value>(),
  index: postgres.index,
  uniqueIndex: postgres.uniqueIndex,
}

export type Columns = typeof postgresColumns

/**
 * The only place where SQLite passes for PostgreSQL. The two builders take the same calls for what is used here, which
 * the compiler can't see and the contract suite shows.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- it is a cast: whoever calls names the type
export const asPostgres = <Portable>(sqliteObject: object): Portable => sqliteObject as Portable

export const sqliteColumns = asPostgres<Columns>({
  table: sqlite.sqliteTable,
  id: (name: string) => sqlite.integer(name).primaryKey({ autoIncrement: true }),
  integer: (name: string) => sqlite.integer(name),
  counter: (name: string) => sqlite.integer(name),
  text: (name: string) => sqlite.text(name),
  flag: (name: string) => sqlite.integer(name, { mode: 'boolean' }),
  instant: (name: string) => sqlite.integer(name, { mode: 'timestamp_ms' }),
  json: (name: string) => sqlite.text(name, { mode: 'json' }),
  index: sqlite.index,
  uniqueIndex: sqlite.uniqueIndex,
} satisfies Record<keyof Columns, unknown>)

export const columnsOf: Record<Dialect, Columns> = { postgres: postgresColumns, sqlite: sqliteColumns }
