import { createUnavailable } from '../errors/unavailable.ts'

export interface Gate {
  /** Runs the work when it is its turn; turns are given in the order of arrival. */
  enter<Result>(work: () => Promise<Result>): Promise<Result>
  /** Lets nobody in any more and waits, up to a limit, until everybody who came before has left. */
  close(limitMilliseconds: number): Promise<void>
  inside(): number
  waiting(): number
}

interface GateNeeds {
  /** What is behind it, for the log. */
  name: string
  places: number
  maxWaiting: number
  /** Left out: as long as it takes. */
  maxWaitMilliseconds?: number
}

/** So many at a time, so many more in line; whoever comes then is turned away at once with a 503. */
export const createGate = ({ name, places, maxWaiting, maxWaitMilliseconds }: GateNeeds): Gate => {
  const line = new Set<() => void>()
  let inside = 0
  let closed = false
  let announceEmpty = () => {}

  const takePlace = async () => {
    if (closed) throw createUnavailable(`${name} is closed`)
    if (inside < places) {
      inside += 1
      return
    }
    if (line.size >= maxWaiting) throw createUnavailable(`${name} is busy: ${maxWaiting} are waiting already`)
    await new Promise<void>((resolve, reject) => {
      const turn = () => {
        clearTimeout(timer)
        resolve()
      }
      line.add(turn)
      const giveUp = () => {
        line.delete(turn)
        reject(createUnavailable(`${name} is busy: no turn within ${maxWaitMilliseconds} ms`))
      }
      const timer = maxWaitMilliseconds === undefined ? undefined : setTimeout(giveUp, maxWaitMilliseconds)
    })
  }

  const leave = () => {
    // A place is handed on from one to the next, so that nobody who comes in between can take it.
    const [next] = line
    if (next) {
      line.delete(next)
      next()
    } else inside -= 1
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
    inside: () => inside,
    waiting: () => line.size,
  }
}
