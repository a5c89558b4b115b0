import { type Columns, columnsOf, type Dialect } from './columns.ts'
import { withDeadline } from '../process/deadline.ts'
import { defaultEngineOptions, type Engine, type EngineOptions } from './engine.ts'
import { openEngine } from './open-engine.ts'
import { createQueries, type Queries } from './queries.ts'
import { createTransactionRules } from './transaction-rules.ts'
import { createUnavailable } from '../errors/unavailable.ts'

export interface Database<Tables> {
  dialect: Dialect
  /** Name and version for people, such as `PostgreSQL 18.4`. */
  engine: string
  tables: Tables
  /** Outside of a transaction; each statement stands for itself. */
  query: Queries
  transaction<Result>(work: (transaction: Queries) => Promise<Result>): Promise<Result>
  notify: Engine['notify']
  listen: Engine['listen']
  ping(): Promise<void>
  close(): Promise<void>
}

export interface DatabaseNeeds<Tables> extends Partial<Omit<EngineOptions, 'enforceForeignKeys'>> {
  /** `sqlite:PATH` or `postgres://USER:PASSWORD@HOST:PORT/NAME` */
  url: string
  defineTables: (columns: Columns) => Tables
  pingTimeoutMilliseconds?: number
}

export const openDatabase = async <Tables>({
  url,
  defineTables,
  pingTimeoutMilliseconds = 1_500,
  ...options
}: DatabaseNeeds<Tables>): Promise<Database<Tables>> => {
  const engine = await openEngine(url, options)
  const limit = options.transactionTimeoutMilliseconds ?? defaultEngineOptions.transactionTimeoutMilliseconds
  const rules = createTransactionRules(engine, limit)
  const { dialect } = engine
  return {
    dialect,
    engine: engine.name,
    tables: defineTables(columnsOf[dialect]),
    query: createQueries(dialect, rules.run),
    transaction: async (work) => rules.transaction(async (run) => work(createQueries(dialect, run))),
    notify: async (channel) => engine.notify(channel),
    listen: async (channel, onNotice) => engine.listen(channel, onNotice),
    ping: async () =>
      withDeadline(engine.ping(), pingTimeoutMilliseconds, () =>
        createUnavailable(`the database did not answer within ${pingTimeoutMilliseconds} ms`),
      ),
    close: async () => engine.close(),
  }
}
