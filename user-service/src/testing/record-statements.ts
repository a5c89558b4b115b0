import { runnerOf } from '@accounts/shared/database/queries'
import type { UserDatabase } from '../adapters/database/tables.ts'

export interface RecordedStatements {
  /** What was asked since the last time, with "transaction" for a whole one. */
  take(): string[]
}

/** Notes what a database is asked from now on, outside of transactions. */
export const recordStatements = (database: UserDatabase): RecordedStatements => {
  let asked: string[] = []
  const runner = runnerOf(database.query)
  const { run } = runner
  runner.run = async (text, parameters) => {
    asked.push(text)
    return run(text, parameters)
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
