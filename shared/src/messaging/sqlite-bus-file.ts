import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { openSqliteFile, type SqliteConnection } from '../database/sqlite-driver.ts'
import { StartError } from '../errors/start-error.ts'
import { bindingsWith, eventsExchange } from './topology.ts'

// 'bus ' in ASCII: a file that belongs to something else is recognised and left alone.
const applicationId = 0x62757320

/** Each entry takes the file from the version before it to its own; published entries never change. */
const versions: readonly string[] = [
  `CREATE TABLE bindings (
     queue TEXT NOT NULL,
     pattern TEXT NOT NULL,
     PRIMARY KEY (queue, pattern)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE messages (
     sequence INTEGER PRIMARY KEY AUTOINCREMENT,
     queue TEXT NOT NULL,
     message_id TEXT NOT NULL,
     type TEXT NOT NULL,
     routing_key TEXT NOT NULL,
     app_id TEXT NOT NULL,
     correlation_id TEXT,
     timestamp INTEGER NOT NULL,
     headers TEXT NOT NULL,
     body TEXT NOT NULL
   ) STRICT;
   CREATE INDEX messages_of_queue ON messages (queue, sequence);`,
  // A leased message is invisible until its lease ends, a failed one until its delay is over, a fresh one never.
  `ALTER TABLE messages ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE messages ADD COLUMN visible_at INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE messages ADD COLUMN lease_token TEXT;
   ALTER TABLE messages ADD COLUMN last_reason TEXT;
   ALTER TABLE messages ADD COLUMN parked_at INTEGER;
   DROP INDEX messages_of_queue;
   CREATE INDEX messages_to_take ON messages (queue, visible_at DESC, sequence) WHERE parked_at IS NULL;
   CREATE INDEX messages_parked ON messages (queue, parked_at, sequence) WHERE parked_at IS NOT NULL;
   CREATE INDEX messages_parked_by_id ON messages (queue, message_id) WHERE parked_at IS NOT NULL;`,
]

// SQLite blocks the whole process while it waits for a lock: short waits here, patience in the callers.
const lockWaitMilliseconds = 5
const openRetryMilliseconds = 20
const openDeadlineMilliseconds = 10_000

export const isLocked = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY')

export const codeOf = (error: unknown): string => {
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** Opens the file, creating it or bringing it up to date; several processes may do so at once. */
export const openBusFile = async (file: string): Promise<SqliteConnection> => {
  try {
    mkdirSync(dirname(file), { recursive: true })
    const deadline = Date.now() + openDeadlineMilliseconds
    for (;;) {
      const connection = await openSqliteFile(file, { timeout: lockWaitMilliseconds })
      try {
        prepare(connection, file)
        return connection
      } catch (error) {
        connection.close()
        if (!isLocked(error) || Date.now() > deadline) throw error
      }
      await delay(openRetryMilliseconds)
    }
  } catch (error) {
    throw error instanceof StartError ? error : new StartError(openFault(error, file), { cause: error })
  }
}

/**
 * A second connection, for those who read the queue: what they write need not outlive a power cut, because the message
 * is then delivered again. A crash of the process loses nothing either way.
 */
export const openQueueConnection = async (file: string): Promise<SqliteConnection> => {
  const connection = await openSqliteFile(file, { timeout: lockWaitMilliseconds, fileMustExist: true })
  connection.pragma('synchronous = NORMAL')
  return connection
}

const prepare = (connection: SqliteConnection, file: string) => {
  connection.pragma('journal_mode = WAL')
  // A publish is confirmed by its commit, so the commit has to be on the disk.
  connection.pragma('synchronous = FULL')
  connection
    .transaction(() => {
      refuseForeignFile(connection, file)
      for (const script of versions.slice(numberOf(connection, 'user_version'))) connection.exec(script)
      connection.pragma(`application_id = ${applicationId}`)
      connection.pragma(`user_version = ${versions.length}`)
      const bind = connection.prepare(
        'INSERT INTO bindings (queue, pattern) VALUES (?, ?) ON CONFLICT DO NOTHING',
      )
      // Delays are columns here.
      for (const { exchange, queue, pattern } of bindingsWith([]))
        if (exchange === eventsExchange) bind.run(queue, pattern)
    })
    .immediate()
}

const refuseForeignFile = (connection: SqliteConnection, file: string) => {
  const tables = connection.prepare('SELECT count(*) FROM sqlite_schema').pluck().get()
  if (tables !== 0 && numberOf(connection, 'application_id') !== applicationId) {
    throw new StartError(`${file} is not a file of the embedded bus: set BUS_FILE to another path`)
  }
  if (numberOf(connection, 'user_version') > versions.length) {
    throw new StartError(
      `${file} was written by a newer version: update this one or set BUS_FILE to another path`,
    )
  }
}

const numberOf = (connection: SqliteConnection, pragma: string) =>
  Number(connection.pragma(pragma, { simple: true }))

const openFault = (error: unknown, file: string): string => {
  const code = codeOf(error)
  if (
    ['EACCES', 'EPERM', 'EROFS', 'SQLITE_CANTOPEN', 'SQLITE_READONLY'].some((prefix) =>
      code.startsWith(prefix),
    )
  ) {
    return `the embedded bus cannot write ${file} (${code}): make its folder writable or set BUS_FILE to another path`
  }
  if (code === 'SQLITE_NOTADB') return `${file} is not an SQLite file: set BUS_FILE to another path`
  return `the embedded bus cannot open ${file} (${code || 'unknown reason'}): set BUS_FILE to another path`
}

/** Whether the path still names the file that was opened: what is written to a deleted one is lost. */
export const createSameFileCheck = (file: string): (() => boolean) => {
  const opened = identityOf(file)
  return () => opened !== undefined && identityOf(file) === opened
}

const identityOf = (file: string): string | undefined => {
  try {
    const { dev, ino } = statSync(file, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return undefined
  }
}
