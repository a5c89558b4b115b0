// How long after an account its profile is committed, seen by who looks at both databases all the time.
import { openSync, readSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { openSqliteFile, type SqliteConnection } from '@accounts/shared/database/sqlite-driver'
import { answerParent } from './answer-parent.ts'

/** First which databases, then how many accounts will be made in them. */
export type Watching = { authFile: string; userFile: string } | { count: number }

export interface Watched {
  delaysMilliseconds: number[]
}

// Looking is a matter of microseconds, and hardly disturbs who works.
const lookMilliseconds = 0.1
const looksPerTurn = 100
const patienceMilliseconds = 30_000

const pause = new Int32Array(new SharedArrayBuffer(4))

let accounts: Followed | undefined
let profiles: Followed | undefined

answerParent(async (task: Watching): Promise<Watched> => {
  if ('count' in task) return { delaysMilliseconds: await watch(task.count) }
  const { authFile, userFile } = task
  accounts = await follow(authFile, 'select id as account, id as last from auth_info where id > ?')
  profiles = await follow(userFile, 'select auth_id as account, id as last from user_profiles where id > ?')
  return { delaysMilliseconds: [] }
})

const watch = async (count: number) => {
  const madeAt = new Map<number, number>()
  const delays: number[] = []
  let looks = 0
  let lookedAt = performance.now()
  let deadline = lookedAt + patienceMilliseconds
  while (delays.length < count) {
    // In this order, so that no profile is seen whose account is not.
    const seen = profiles?.fresh() ?? []
    const now = performance.now()
    // It was made after the last look: what is measured is never less than it was.
    for (const account of accounts?.fresh() ?? []) madeAt.set(account, lookedAt)
    lookedAt = now
    for (const account of seen) {
      const at = madeAt.get(account)
      if (at === undefined) throw new Error(`the profile of account ${account} was there before the account`)
      delays.push(now - at)
      deadline = now + patienceMilliseconds
    }
    if (now > deadline) throw new Error('some profiles never came')
    Atomics.wait(pause, 0, 0, lookMilliseconds)
    looks += 1
    if (looks % looksPerTurn === 0) await nextTurn()
  }
  return delays
}

type Followed = Awaited<ReturnType<typeof follow>>

// The index of the write-ahead log begins with its header, and each commit changes that.
const headerBytes = 48

/** Rows that were committed since the last look; those of before do not count. */
const follow = async (file: string, query: string) => {
  const connection: SqliteConnection = await openSqliteFile(file, { readonly: true })
  const select = connection.prepare<[number], { account: number; last: number }>(query)
  const index = openSync(`${file}-shm`, 'r')
  const seenHeader = Buffer.alloc(headerBytes)
  const header = Buffer.alloc(headerBytes)
  let last = Math.max(0, ...select.all(0).map((row) => row.last))
  const fresh = (): number[] => {
    readSync(index, header, 0, headerBytes, 0)
    if (header.equals(seenHeader)) return []
    header.copy(seenHeader)
    const rows = select.all(last)
    last = Math.max(last, ...rows.map((row) => row.last))
    return rows.map(({ account }) => account)
  }
  return { fresh }
}
