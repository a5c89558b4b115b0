import { setTimeout as delay } from 'node:timers/promises'
import type { SqliteConnection } from '../database/sqlite-driver.ts'
import { createUnavailable } from '../errors/unavailable.ts'
import type { DeadLetter, DeadLetters } from './bus.ts'
import { codeOf, isLocked } from './sqlite-bus-file.ts'
import { type MessageRow, receivedMessage } from './sqlite-queue.ts'

interface DeadLettersNeeds {
  connection: SqliteConnection
  queue: string
  timeoutMilliseconds: number
  /** Why the file can't be used, if so. */
  fileFault(): string | undefined
  onReplay(): void
}

const lockRetryMilliseconds = 10

export const createSqliteDeadLetters = (needs: DeadLettersNeeds): DeadLetters => {
  const { connection, queue } = needs
  // Left to itself SQLite goes by the time of parking, through all letters for each one: hence INDEXED BY.
  const parked = 'queue = ? AND parked_at IS NOT NULL'
  const first = connection.prepare<[string, string], MessageRow>(
    `SELECT * FROM messages INDEXED BY messages_parked_by_id WHERE ${parked} AND message_id = ? ORDER BY parked_at, sequence LIMIT 1`,
  )
  // Of several with one id the first is shown, until it is gone: else `after` would be ambiguous.
  const following = connection.prepare<[string, number, number, number], MessageRow>(
    `SELECT * FROM messages AS letter WHERE ${parked} AND (parked_at, sequence) > (?, ?) AND NOT EXISTS (
       SELECT 1 FROM messages AS earlier INDEXED BY messages_parked_by_id
       WHERE earlier.queue = letter.queue AND earlier.message_id = letter.message_id
         AND earlier.parked_at IS NOT NULL
         AND (earlier.parked_at, earlier.sequence) < (letter.parked_at, letter.sequence))
     ORDER BY parked_at, sequence LIMIT ?`,
  )
  const countAll = connection
    .prepare<[string], number>(`SELECT count(*) FROM messages WHERE ${parked}`)
    .pluck()
  const revive = connection.prepare(
    `UPDATE messages SET attempts = 0, visible_at = 0, last_reason = NULL, parked_at = NULL
     WHERE sequence = ? AND parked_at IS NOT NULL`,
  )
  const remove = connection.prepare('DELETE FROM messages WHERE sequence = ? AND parked_at IS NOT NULL')

  const run = async <Result>(work: () => Result): Promise<Result> => {
    const deadline = Date.now() + needs.timeoutMilliseconds
    for (;;) {
      const fault = needs.fileFault()
      if (fault !== undefined) throw createUnavailable(fault)
      try {
        return work()
      } catch (error) {
        if (!isLocked(error) || Date.now() >= deadline) {
          throw createUnavailable(`the dead letters cannot be reached (${codeOf(error)})`, error)
        }
      }
      await delay(lockRetryMilliseconds)
    }
  }

  const change = (id: string, statement: typeof revive) =>
    run(() => {
      const row = first.get(queue, id)
      return row !== undefined && statement.run(row.sequence).changes > 0
    })

  return {
    page: ({ limit, after }) =>
      run(() => {
        const last = after === undefined ? undefined : first.get(queue, after)
        const rows = following.all(queue, last?.parked_at ?? 0, last?.sequence ?? 0, limit + 1)
        return { letters: rows.slice(0, limit).map(deadLetter), more: rows.length > limit }
      }),
    find: (id) =>
      run(() => {
        const row = first.get(queue, id)
        return row ? deadLetter(row) : null
      }),
    replay: async (id) => {
      const replayed = await change(id, revive)
      if (replayed) needs.onReplay()
      return replayed
    },
    discard: (id) => change(id, remove),
    count: () => run(() => countAll.get(queue) ?? 0),
  }
}

const deadLetter = (row: MessageRow): DeadLetter => ({
  ...receivedMessage(row),
  reason: row.last_reason ?? '',
  parkedAt: row.parked_at === null ? null : new Date(row.parked_at),
})
