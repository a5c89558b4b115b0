import { withDeadline } from '../process/deadline.ts'
import { type Bus, type BusMessage, PublishError } from './bus.ts'
import { encodeMessage, type EncodedMessage } from './encode-message.ts'
import { createPublishSlots } from './publish-slots.ts'

export interface PublishLimits {
  /** From the call to the confirmation, waiting in line included. */
  publishTimeoutMilliseconds: number
  inFlightLimit: number
  waitingLimit: number
}

/** One try to send a message. Late means that its publisher has been told `timeout` and is gone. */
export interface Attempt {
  late: boolean
}

interface PublishingNeeds extends PublishLimits {
  appId: string
  now: () => number
  /** Throws when there is no point in trying now. */
  check(): void
  /** Keeps its slot until it is settled, even if nobody waits for it any more. */
  send(message: EncodedMessage, attempt: Attempt): Promise<void>
}

/** What is the same for every transport: limits, the deadline, and an orderly end. */
export const createPublishing = (needs: PublishingNeeds): Pick<Bus, 'publish' | 'close'> => {
  const slots = createPublishSlots(needs)
  let underWay = 0
  let closed = false
  let onIdle = () => {}

  const send = async (message: EncodedMessage) => {
    const attempt: Attempt = { late: false }
    const sent = slots.run(async () => {
      if (attempt.late) return
      needs.check()
      await needs.send(message, attempt)
    })
    await withDeadline(sent, needs.publishTimeoutMilliseconds, () => {
      attempt.late = true
      return new PublishError('timeout', `not confirmed within ${needs.publishTimeoutMilliseconds} ms`)
    })
  }

  return {
    publish: async (message: BusMessage) => {
      if (closed) throw new PublishError('unavailable', 'the message bus is closed')
      const encoded = encodeMessage(message, needs)
      needs.check()
      underWay += 1
      try {
        await send(encoded)
      } finally {
        underWay -= 1
        if (underWay === 0) onIdle()
      }
    },
    close: async () => {
      closed = true
      if (underWay > 0) await new Promise<void>((resolve) => (onIdle = resolve))
    },
  }
}
