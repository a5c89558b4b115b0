import { access, constants, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { StartError } from '../errors/start-error.ts'
import type { Engine, EngineOptions, Run } from './engine.ts'
import { createGate } from '../process/gate.ts'
import { type SqliteConnection, type SqliteStatement, openSqliteFile } from './sqlite-driver.ts'
import { createUnavailable } from '../errors/unavailable.ts'

const maxStatements = 500
const walRetryMilliseconds = 20

type Prepare = (text: string) => SqliteStatement

/**
 * One connection writes and another reads. The driver's own transactions take no async work, so a gate lets one
 * transaction, or one lone write, at a time have the writing connection.
 */
export const openSqlite = async (file: string, options: EngineOptions): Promise<Engine> => {
  const { writer, reader } = await openConnections(path.resolve(file), options)
  const gate = createGate({ name: 'the database', places: 1, maxWaiting: options.maxWaiting })
  const prepareRead = createStatementCache(reader)
  const prepareWrite = createStatementCache(writer)
  const write: Run = async (text, parameters) => execute(prepareWrite, text, parameters)
  const control = (text: 'begin immediate' | 'commit' | 'rollback') => execute(prepareWrite, text)

  return {
    dialect: 'sqlite',
    name: `SQLite ${versionOf(reader)}`,
    run: async (text, parameters) =>
      prepareRead(text).readonly
        ? execute(prepareRead, text, parameters)
        : gate.enter(async () => write(text, parameters)),
    transaction: async (work) =>
      gate.enter(async () => {
        // Takes the lock at once: asking for it at the first write could fail half-way, with no way to wait.
        control('begin immediate')
        try {
          const result = await work(write)
          control('commit')
          return result
        } catch (error) {
          if (writer.inTransaction) control('rollback')
          throw error
        }
      }),
    ping: async () => {
      execute(prepareRead, 'select count(*) from sqlite_master')
    },
    notify: async () => {},
    listen: async () => ({ close: async () => {} }),
    close: async () => {
      await gate.close(options.transactionTimeoutMilliseconds)
      reader.close()
      writer.close()
    },
  }
}

const openConnections = async (file: string, options: EngineOptions) => {
  let writer: SqliteConnection | undefined
  try {
    await mkdir(path.dirname(file), { recursive: true })
    writer = await openSqliteFile(file, { timeout: options.lockTimeoutMilliseconds })
    // SQLite would open what it may not write, and fail at the first write only.
    for (const needed of [path.dirname(file), file]) await access(needed, constants.W_OK)
    await useWriteAheadLog(writer, options.lockTimeoutMilliseconds)
    // What was answered with success has to survive a power cut; NORMAL would lose the last commits in WAL mode.
    writer.pragma('synchronous = FULL')
    writer.pragma(`foreign_keys = ${options.enforceForeignKeys ? 'ON' : 'OFF'}`)
    const reader = await openSqliteFile(file, { readonly: true, timeout: options.lockTimeoutMilliseconds })
    return { writer, reader }
  } catch (error) {
    writer?.close()
    const reason = error instanceof Error ? error.message : 'unknown reason'
    throw new StartError(
      `cannot open the SQLite file ${file} (${reason}): let this user write to its folder, or name another file in the database URL`,
      { cause: error },
    )
  }
}

/** Of several processes that do so at once all but one are refused at once, however long they would wait for a lock. */
const useWriteAheadLog = async (connection: SqliteConnection, patienceMilliseconds: number) => {
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    try {
      connection.pragma('journal_mode = WAL')
      return
    } catch (error) {
      const isLocked = String((error as NodeJS.ErrnoException).code).startsWith('SQLITE_BUSY')
      if (!isLocked || performance.now() > deadline) throw error
    }
    await delay(walRetryMilliseconds)
  }
}

/** Preparing costs several times as much as running; the one that was prepared first makes room. */
const createStatementCache = (connection: SqliteConnection): Prepare => {
  const statements = new Map<string, SqliteStatement>()
  return (text) => {
    if (!connection.open) throw createUnavailable('the database is closed')
    const known = statements.get(text)
    if (known) return known
    const statement = connection.prepare<unknown[], unknown[]>(text)
    if (statement.reader) statement.raw(true)
    statements.set(text, statement)
    const [oldest] = statements.keys()
    if (statements.size > maxStatements && oldest !== undefined) statements.delete(oldest)
    return statement
  }
}

const execute = (prepare: Prepare, text: string, parameters: unknown[] = []): unknown[][] => {
  try {
    const statement = prepare(text)
    if (statement.reader) return statement.all(...parameters)
    statement.run(...parameters)
    return []
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (/^SQLITE_(BUSY|FULL|IOERR|CANTOPEN)/.test(code))
      throw createUnavailable(`SQLite failed: ${code}`, error)
    throw error
  }
}

const versionOf = (connection: SqliteConnection) => {
  const version = String(connection.prepare('select sqlite_version()').pluck().get())
  return version.split('.').slice(0, 2).join('.')
}
