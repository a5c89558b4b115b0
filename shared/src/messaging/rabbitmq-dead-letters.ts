import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ConfirmChannel, GetMessage } from 'amqplib'
import { createUnavailable } from '../errors/unavailable.ts'
import { withDeadline } from '../process/deadline.ts'
import type { DeadLetter, DeadLetters } from './bus.ts'
import {
  ownHeaders,
  parkedAtHeader,
  parkedOrderHeader,
  parkedReasonHeader,
  receivedMessage,
} from './rabbitmq-message.ts'
import { transfer } from './rabbitmq-transfer.ts'
import { accountQueue, deadLetterQueue } from './topology.ts'

interface DeadLettersNeeds {
  /** Throws when there is no connection. */
  openChannel(): Promise<ConfirmChannel>
  publishTimeoutMilliseconds: number
}

const lookLimit = 10_000
const operationTimeoutMilliseconds = 60_000
const backWithinMilliseconds = 2_000

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
      const before = await readyCount(opened)
      const result = await withDeadline(work(opened), operationTimeoutMilliseconds, late)
      opened.nackAll(true)
      // Only `take` answers with true: that letter does not come back.
      await waitUntilBack(opened, before - Number(result === true))
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
    count: () => alone(readyCount),
  }
}

async function* letters(channel: ConfirmChannel) {
  for (let seen = 0; seen < lookLimit; seen += 1) {
    const message = await channel.get(deadLetterQueue)
    if (!message) return
    yield message
  }
}

interface Key {
  id: string
  parkedAt: number
  order: number
}

// The broker gives back in any order what was only looked at, so the order has to be in the letters themselves.
const byAge = (one: Key, other: Key) =>
  one.parkedAt - other.parkedAt ||
  one.order - other.order ||
  (one.id < other.id ? -1 : Number(one.id > other.id))

const keyOf = (message: GetMessage): Key => {
  const order: unknown = message.properties.headers?.[parkedOrderHeader]
  const parkedAt = parkedAtOf(message)?.getTime() ?? 0
  return { id: idOf(message), parkedAt, order: typeof order === 'number' ? order : 0 }
}

/** From the beginning if the one to go on after is gone. Only keys are kept of those that are not shown. */
const page = async (channel: ConfirmChannel, limit: number, after: string | undefined) => {
  const keys = new Map<string, Key>()
  for await (const message of letters(channel)) {
    const key = keyOf(message)
    // Of several with one id the oldest counts: else `after` would be ambiguous.
    const known = keys.get(key.id)
    if (!known || byAge(key, known) < 0) keys.set(key.id, key)
  }
  const sorted = [...keys.values()].toSorted(byAge)
  const start = sorted.findIndex(({ id }) => id === after) + 1
  const wanted = new Set(sorted.slice(start, start + limit).map(({ id }) => id))
  const found = new Map<string, DeadLetter>()
  channel.nackAll(true)
  for await (const message of letters(channel)) {
    if (found.size === wanted.size) break
    const key = keyOf(message)
    const known = keys.get(key.id)
    if (wanted.has(key.id) && known && byAge(key, known) === 0) found.set(key.id, deadLetter(message))
  }
  const shown = [...wanted].flatMap((id) => found.get(id) ?? [])
  return { letters: shown, more: sorted.length > start + limit }
}

const readyCount = async (channel: ConfirmChannel) => (await channel.checkQueue(deadLetterQueue)).messageCount

/** The broker gives back in its own time. Somebody else may have taken one meanwhile, so this has an end. */
const waitUntilBack = async (channel: ConfirmChannel, count: number) => {
  const end = performance.now() + backWithinMilliseconds
  while ((await readyCount(channel)) < count && performance.now() < end) await delay(5)
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
  return {
    ...receivedMessage(message),
    id: idOf(message),
    reason: typeof reason === 'string' ? reason : 'the broker gave it up',
    parkedAt: parkedAtOf(message),
  }
}

const parkedAtOf = ({ properties }: GetMessage): Date | null => {
  const parkedAt: unknown = properties.headers?.[parkedAtHeader]
  const time = new Date(typeof parkedAt === 'string' ? parkedAt : Number.NaN)
  return Number.isNaN(time.getTime()) ? null : time
}
