import { createHash } from 'node:crypto'
import type { ConfirmChannel, GetMessage } from 'amqplib'
import { createUnavailable } from '../errors/unavailable.ts'
import { withDeadline } from '../process/deadline.ts'
import type { DeadLetter, DeadLetters } from './bus.ts'
import { ownHeaders, parkedAtHeader, parkedReasonHeader, receivedMessage } from './rabbitmq-message.ts'
import { transfer } from './rabbitmq-transfer.ts'
import { accountQueue, deadLetterQueue } from './topology.ts'

interface DeadLettersNeeds {
  /** Throws when there is no connection. */
  openChannel(): Promise<ConfirmChannel>
  publishTimeoutMilliseconds: number
}

const lookLimit = 10_000
const operationTimeoutMilliseconds = 60_000

export const createRabbitDeadLetters = (needs: DeadLettersNeeds): DeadLetters => {
  let last: Promise<unknown> = Promise.resolve()

  // Two that look at once would hide the letters from each other.
  const alone = <Result>(work: (channel: ConfirmChannel) => Promise<Result>): Promise<Result> => {
    const turn = last.then(() => withChannel(work))
    last = turn.catch(() => {})
    return turn
  }

  const withChannel = async <Result>(work: (channel: ConfirmChannel) => Promise<Result>) => {
    let channel: ConfirmChannel | undefined
    try {
      const opened = await needs.openChannel()
      channel = opened
      const late = () => new Error('no answer in time')
      const result = await withDeadline(work(opened), operationTimeoutMilliseconds, late)
      opened.nackAll(true)
      return result
    } catch (cause) {
      throw createUnavailable('the dead letters cannot be reached', cause)
    } finally {
      // What is left unanswered goes back; the answer also says that everything before it was done.
      await withDeadline(closed(channel), needs.publishTimeoutMilliseconds, () => new Error('late')).catch(
        () => {},
      )
    }
  }

  const take = (id: string, work: (channel: ConfirmChannel, found: GetMessage) => Promise<void>) =>
    alone(async (channel) => {
      for await (const message of letters(channel)) {
        if (idOf(message) !== id) continue
        await work(channel, message)
        channel.ack(message)
        return true
      }
      return false
    })

  return {
    page: ({ limit, after }) => alone((channel) => page(channel, limit, after)),
    find: (id) =>
      alone(async (channel) => {
        for await (const message of letters(channel)) if (idOf(message) === id) return deadLetter(message)
        return null
      }),
    replay: (id) =>
      take(id, (channel, message) => {
        const target = {
          exchange: '',
          routingKey: accountQueue,
          timeoutMilliseconds: needs.publishTimeoutMilliseconds,
        }
        return transfer(channel, { ...target, message, id, headers: ownHeaders(message) })
      }),
    discard: (id) => take(id, () => Promise.resolve()),
    count: () => alone(async (channel) => (await channel.checkQueue(deadLetterQueue)).messageCount),
  }
}

async function* letters(channel: ConfirmChannel) {
  for (let seen = 0; seen < lookLimit; seen += 1) {
    const message = await channel.get(deadLetterQueue)
    if (!message) return
    yield message
  }
}

/** From the beginning if the one to go on after is gone. */
const page = async (channel: ConfirmChannel, limit: number, after: string | undefined) => {
  const seen = new Set<string>()
  const first: DeadLetter[] = []
  const following: DeadLetter[] = []
  for await (const message of letters(channel)) {
    const id = idOf(message)
    // Of several with one id the first is shown: else `after` would be ambiguous.
    if (seen.has(id)) continue
    const target = after !== undefined && seen.has(after) ? following : first
    seen.add(id)
    if (target.length <= limit) target.push(deadLetter(message))
    if (target.length > limit && (after === undefined || target === following)) break
  }
  const found = after !== undefined && seen.has(after) ? following : first
  return { letters: found.slice(0, limit), more: found.length > limit }
}

const closed = async (channel: ConfirmChannel | undefined) => channel?.close()

/** What the broker parked may have none: the same body then has the same one each time. */
const idOf = ({ properties, content }: GetMessage): string => {
  const id: unknown = properties.messageId
  if (typeof id === 'string' && id !== '') return id
  return `sha256-${createHash('sha256').update(content).digest('hex').slice(0, 32)}`
}

const deadLetter = (message: GetMessage): DeadLetter => {
  const headers: Record<string, unknown> = message.properties.headers ?? {}
  const reason = headers[parkedReasonHeader]
  const parkedAt = headers[parkedAtHeader]
  const time = new Date(typeof parkedAt === 'string' ? parkedAt : Number.NaN)
  return {
    ...receivedMessage(message),
    id: idOf(message),
    reason: typeof reason === 'string' ? reason : 'the broker gave it up',
    parkedAt: Number.isNaN(time.getTime()) ? null : time,
  }
}
