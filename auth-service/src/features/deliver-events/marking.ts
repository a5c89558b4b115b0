import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@accounts/shared/logging/logger'

interface MarkingNeeds {
  mark: (sequences: readonly number[]) => Promise<void>
  onMarked: (sequences: readonly number[]) => void
  logger: Logger
}

const batchSize = 100
// A crash in between costs a second delivery and nothing else; a statement for each event would cost far more.
const gatherMilliseconds = 10
const retryMilliseconds = 200

/** Marks what was confirmed, many at a time, and does not give up while the database is away. */
export const createMarking = ({ mark, onMarked, logger }: MarkingNeeds) => {
  let confirmed: number[] = []
  let timer: NodeJS.Timeout | undefined
  let marking: Promise<void> | undefined
  let isFailing = false
  let closed = false

  const markNext = async () => {
    const batch = confirmed.slice(0, batchSize)
    try {
      await mark(batch)
      confirmed = confirmed.slice(batch.length)
      isFailing = false
      onMarked(batch)
    } catch (error) {
      if (!isFailing) logger.warn({ err: error }, 'published events cannot be marked yet')
      isFailing = true
      if (!closed) await delay(retryMilliseconds)
    }
  }

  const markAll = async () => {
    do await markNext()
    while (confirmed.length > 0 && !(closed && isFailing))
    marking = undefined
  }

  const start = () => {
    clearTimeout(timer)
    timer = undefined
    marking ??= markAll()
  }

  return {
    add: (sequence: number) => {
      confirmed.push(sequence)
      if (marking) return
      if (confirmed.length >= batchSize) start()
      else timer ??= setTimeout(start, gatherMilliseconds)
    },
    /** What can't be marked any more is sent again after the next start. */
    close: async () => {
      closed = true
      if (confirmed.length > 0) start()
      await marking
    },
  }
}
