import { PublishError } from './bus.ts'

export interface PublishSlots {
  /** Runs the work in a slot of its own, at once or when one becomes free, in the order of arrival. */
  run(work: () => Promise<void>): Promise<void>
}

interface SlotLimits {
  inFlightLimit: number
  waitingLimit: number
}

/** Keeps what is under way at once within a bound, and the line behind it too. */
export const createPublishSlots = ({ inFlightLimit, waitingLimit }: SlotLimits): PublishSlots => {
  const waiting: (() => void)[] = []
  let taken = 0

  const take = (): Promise<void> | undefined => {
    if (taken < inFlightLimit) {
      taken += 1
      return undefined
    }
    if (waiting.length >= waitingLimit) {
      throw new PublishError('unavailable', `${waitingLimit} messages are waiting to be sent already`)
    }
    return new Promise((resolve) => waiting.push(resolve))
  }

  // A slot is handed on from one to the next, so nobody who comes in between can take it.
  const leave = () => {
    const next = waiting.shift()
    if (next) next()
    else taken -= 1
  }

  return {
    run: async (work) => {
      await take()
      try {
        await work()
      } finally {
        leave()
      }
    },
  }
}
