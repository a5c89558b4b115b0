import type { UserDatabase } from '../adapters/database/tables.ts'

export interface RecordedStatements {
  /** What was asked since the last time, with "transaction" for a whole one. */
  take(): string[]
}

interface Session {
  prepareQuery(...details: unknown[]): { queryWithCache: QueryWithCache }
}

type QueryWithCache = (text: string, parameters: unknown[], query: () => Promise<unknown>) => Promise<unknown>

/** Notes what a database is asked from now on, prepared statements included. */
export const recordStatements = (database: UserDatabase): RecordedStatements => {
  let asked: string[] = []
  const session = Reflect.get(database.query, 'session') as Session
  const prepareQuery = session.prepareQuery.bind(session)
  session.prepareQuery = (...details) => {
    const prepared = prepareQuery(...details)
    const { queryWithCache } = prepared
    return Object.assign(prepared, {
      queryWithCache: async (...question: Parameters<QueryWithCache>) => {
        asked.push(question[0])
        return queryWithCache(...question)
      },
    })
  }
  const { transaction } = database
  database.transaction = async (work) => {
    asked.push('transaction')
    return transaction(work)
  }
  return {
    take: () => {
      const taken = asked
      asked = []
      return taken
    },
  }
}
