import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as drizzlePostgres } from 'drizzle-orm/pg-proxy'
import { drizzle as drizzleSqlite } from 'drizzle-orm/sqlite-proxy'
import { asPostgres, type Dialect } from './columns.ts'
import type { Run } from './engine.ts'

/** drizzle's query builder without what only one dialect has: raw SQL, transactions of its own, driver results. */
export type Queries = Pick<
  PgDatabase<PgQueryResultHKT>,
  'select' | 'selectDistinct' | 'insert' | 'update' | 'delete'
>

export const createQueries = (dialect: Dialect, run: Run): Queries => {
  const runner = { run }
  const execute = async (text: string, parameters: unknown[]) => ({
    rows: await runner.run(text, parameters),
  })
  const queries: Queries =
    dialect === 'postgres'
      ? withPlainErrors(drizzlePostgres(execute))
      : asPostgres<Queries>(withPlainErrors(drizzleSqlite(execute)))
  runners.set(queries, runner)
  return queries
}

const runners = new WeakMap<Queries, { run: Run }>()

/** What everything that is asked of a handle runs with. */
export const runnerOf = (queries: Queries) => {
  const runner = runners.get(queries)
  if (!runner) throw new Error('this is no handle of a database')
  return runner
}

interface Session {
  prepareQuery(...details: unknown[]): object
}

/** drizzle wraps a failure in an error that shows the SQL with its values, and hides what kind of failure it was. */
const withPlainErrors = <Handle extends object>(handle: Handle): Handle => {
  const session = Reflect.get(handle, 'session') as Session
  const prepareQuery = session.prepareQuery.bind(session)
  const queryWithCache = async (_text: string, _parameters: unknown[], query: () => Promise<unknown>) =>
    query()
  session.prepareQuery = (...details) => Object.assign(prepareQuery(...details), { queryWithCache })
  return handle
}
