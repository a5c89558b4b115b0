import type { Dialect } from './columns.ts'

/** Runs one statement; a row is an array of what the driver gives for its columns. */
export type Run = (statement: string, parameters: unknown[]) => Promise<unknown[][]>

/** What one database engine has to offer; everything above it is the same for both. */
export interface Engine {
  dialect: Dialect
  /** Name and version, for people. */
  name: string
  run: Run
  /** Commits when the work ends well, rolls back when it throws. */
  transaction<Result>(work: (run: Run) => Promise<Result>): Promise<Result>
  /** Asks the database for something it has to look up. */
  ping(): Promise<void>
  /** Wakes whoever listens on the channel, in other processes too; nothing on a database that has only one process. */
  notify(channel: string): Promise<void>
  /** Some may be missed while the connection is away, so something slower has to be behind it. */
  listen(channel: string, onNotice: () => void): Promise<{ close(): Promise<void> }>
  /** Waits for what runs and for who waits, as long as one transaction may take. */
  close(): Promise<void>
}

export interface EngineOptions {
  applicationName: string
  poolSize: number
  maxWaiting: number
  statementTimeoutMilliseconds: number
  transactionTimeoutMilliseconds: number
  connectTimeoutMilliseconds: number
  /** How long to wait for a lock that somebody else holds. */
  lockTimeoutMilliseconds: number
  /** Off only while migrations rebuild tables that others refer to. */
  enforceForeignKeys: boolean
}

export const defaultEngineOptions: EngineOptions = {
  applicationName: 'accounts',
  poolSize: 10,
  maxWaiting: 1_000,
  statementTimeoutMilliseconds: 5_000,
  transactionTimeoutMilliseconds: 10_000,
  connectTimeoutMilliseconds: 5_000,
  lockTimeoutMilliseconds: 2_000,
  enforceForeignKeys: true,
}
