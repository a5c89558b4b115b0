import { closeSync, constants, type FSWatcher, openSync, watch, writeSync } from 'node:fs'
import type { Logger } from '../logging/logger.ts'

export interface SqliteWake {
  /** To be called after a commit that gives consumers something to do. */
  tell(): void
  /** `onTold` runs soon after any process told; some may be missed, so a sweep has to be behind it. */
  listen(onTold: () => void): void
  close(): void
}

/**
 * A file of one byte beside the bus file, written after each commit and watched by those who consume. Watching the
 * write-ahead log is no use: it is written before the commit, which nobody can see until the disk has it.
 */
export const openSqliteWake = ({ file, logger }: { file: string; logger: Logger }): SqliteWake => {
  const path = `${file}-wake`
  const watchers: FSWatcher[] = []
  let handle: number | undefined

  const report = (error: unknown) => {
    logger.warn({ err: error, file: path }, 'consumers are not woken: they look for messages by the clock')
  }

  try {
    handle = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o644)
  } catch (error) {
    report(error)
  }

  return {
    tell: () => {
      if (handle === undefined) return
      try {
        writeSync(handle, '.', 0)
      } catch {
        // The message is committed all the same, and found by the next sweep.
      }
    },
    listen: (onTold) => {
      try {
        watchers.push(watch(path, onTold).on('error', report))
      } catch (error) {
        report(error)
      }
    },
    close: () => {
      for (const watcher of watchers) watcher.close()
      if (handle !== undefined) closeSync(handle)
      handle = undefined
    },
  }
}
