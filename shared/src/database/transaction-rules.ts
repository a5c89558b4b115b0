import { AsyncLocalStorage } from 'node:async_hooks'
import { withDeadline } from '../process/deadline.ts'
import type { Engine, Run } from './engine.ts'
import { createUnavailable } from '../errors/unavailable.ts'

interface Mark {
  open: boolean
  failure?: Error
}

/**
 * Makes both engines refuse the same misuse. Nesting, or going round the open transaction, would wait for ever on
 * SQLite and take a second connection on PostgreSQL; a swallowed failure would be a silent rollback on PostgreSQL and a
 * half-done commit on SQLite.
 */
export const createTransactionRules = (engine: Engine, limitMilliseconds: number) => {
  const marks = new AsyncLocalStorage<Mark>()
  let open = 0
  const refuseInside = () => {
    if (marks.getStore()?.open)
      throw new Error('a transaction is open here: use its handle; transactions do not nest')
  }

  const run: Run = async (text, parameters) => {
    refuseInside()
    return engine.run(text, parameters)
  }

  const transaction = async <Result>(work: (run: Run) => Promise<Result>): Promise<Result> => {
    refuseInside()
    return engine.transaction(async (runInside) => {
      const mark: Mark = { open: true }
      open += 1
      try {
        const working = marks.run(mark, async () => work(createMarkedRun(runInside, mark)))
        const result = await withDeadline(working, limitMilliseconds, () =>
          createUnavailable(`a transaction took longer than ${limitMilliseconds} ms`),
        )
        if (mark.failure) throw mark.failure
        return result
      } finally {
        mark.open = false
        open -= 1
        // On Node 20 every promise of the process pays for a storage that is in use.
        if (open === 0) marks.disable()
      }
    })
  }

  return { run, transaction }
}

const createMarkedRun =
  (run: Run, mark: Mark): Run =>
  async (text, parameters) => {
    if (!mark.open) throw new Error('this transaction has ended: its handle is of no more use')
    if (mark.failure)
      throw new Error('a statement of this transaction failed: it can only be rolled back', {
        cause: mark.failure,
      })
    try {
      return await run(text, parameters)
    } catch (error) {
      mark.failure = error as Error
      throw error
    }
  }
