import { createUnavailable } from './unavailable.ts'

export interface Gate {
  /** Runs the work when it is its turn; turns are given in the order of arrival. */
  enter<Result>(work: () => Promise<Result>): Promise<Result>
  /** Lets nobody in any more and waits, up to a limit, until everybody who came before has left. */
  close(limitMilliseconds: number): Promise<void>
}

interface GateNeeds {
  places: number
  maxWaiting: number
}

export const createGate = ({ places, maxWaiting }: GateNeeds): Gate => {
  const waiting: (() => void)[] = []
  let inside = 0
  let closed = false
  let announceEmpty = () => {}

  const takePlace = async () => {
    if (closed) throw createUnavailable('the database is closed')
    if (inside < places) {
      inside += 1
      return
    }
    if (waiting.length >= maxWaiting)
      throw createUnavailable(`the database is busy: ${maxWaiting} are waiting already`)
    // A place is handed on from one to the next, so that nobody who comes in between can take it.
    await new Promise<void>((resolve) => waiting.push(resolve))
  }

  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else inside -= 1
    if (inside === 0) announceEmpty()
  }

  return {
    enter: async (work) => {
      await takePlace()
      try {
        return await work()
      } finally {
        leave()
      }
    },
    close: async (limitMilliseconds) => {
      closed = true
      if (inside === 0) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, limitMilliseconds)
        announceEmpty = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    },
  }
}
