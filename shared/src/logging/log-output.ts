import { writeSync } from 'node:fs'
import type { DestinationStream } from 'pino'

const standardOutput = 1
// What a reader that has stopped reading may be behind before lines are lost.
const mostWaitingBytes = 8 * 1024 * 1024
const retryMilliseconds = 20
// What a process that is killed may take with it.
const gatheringMilliseconds = 10
const patienceAtExitMilliseconds = 500

export interface LogOutput extends DestinationStream {
  /** At the end of the process: what is still here goes out, if somebody reads it. */
  end(): void
}

/**
 * Standard output. A line after a pause goes out with its turn of the event loop; of lines that follow each other closely
 * many go out together, since a system call for each is what a small request pays most for. A reader that went away is
 * no reason to fail.
 */
export const createLogOutput = (write = (bytes: Buffer) => writeSync(standardOutput, bytes)): LogOutput => {
  let lines = ''
  let waiting = Buffer.alloc(0)
  let lost = 0
  let planned = false
  let flushedAt = Number.NEGATIVE_INFINITY
  let gone = false

  const push = () => {
    try {
      while (waiting.length > 0) waiting = waiting.subarray(write(waiting))
    } catch (error) {
      gone = (error as NodeJS.ErrnoException).code !== 'EAGAIN'
      if (gone) waiting = Buffer.alloc(0)
    }
  }

  const flush = () => {
    planned = false
    flushedAt = performance.now()
    if (lost > 0 && waiting.length === 0) {
      lines += `${JSON.stringify({ level: 'error', msg: 'log lines lost: nobody read them in time', lost })}\n`
      lost = 0
    }
    waiting = waiting.length === 0 ? Buffer.from(lines) : Buffer.concat([waiting, Buffer.from(lines)])
    lines = ''
    push()
    if (waiting.length > 0 || lost > 0) plan(() => setTimeout(flush, retryMilliseconds))
  }

  const plan = (start: () => unknown) => {
    if (planned) return
    planned = true
    start()
  }

  return {
    write: (line) => {
      if (gone) return
      if (waiting.length + lines.length > mostWaitingBytes) {
        lost += 1
        return
      }
      lines += line
      plan(() => {
        if (performance.now() - flushedAt > gatheringMilliseconds) setImmediate(flush)
        else setTimeout(flush, gatheringMilliseconds)
      })
    },
    end: () => {
      flush()
      const pause = new Int32Array(new SharedArrayBuffer(4))
      for (
        let waited = 0;
        waiting.length > 0 && waited < patienceAtExitMilliseconds;
        waited += retryMilliseconds
      ) {
        Atomics.wait(pause, 0, 0, retryMilliseconds)
        push()
      }
    },
  }
}

/** One for the process, however many loggers it has. */
export const logOutput = createLogOutput()
process.on('exit', () => logOutput.end())
