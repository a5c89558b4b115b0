import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '../logging/logger.ts'
import type { Consumer, ConsumerNeeds, ConsumerStatus, ReceivedMessage, Verdict } from './bus.ts'
import { codeOf, isLocked } from './sqlite-bus-file.ts'
import type { LeasedMessage, Settlement, SqliteQueue } from './sqlite-queue.ts'
import type { RetryDelay } from './topology.ts'

export interface SqliteConsumerTimings {
  /** How long a message stays with a process that died; a living one renews it. */
  leaseMilliseconds: number
  /** Finds what is due again, and what the file's watcher missed. */
  sweepMilliseconds: number
  isAbleMilliseconds: number
  closeTimeoutMilliseconds: number
}

interface SqliteConsumerNeeds extends ConsumerNeeds, SqliteConsumerTimings {
  queue: SqliteQueue
  retryDelays: readonly RetryDelay[]
  /** Why the file can't be used, if so. */
  fileFault(): string | undefined
  logger: Logger
  now: () => number
}

const lockRetryMilliseconds = 2
const longestLockRetryMilliseconds = 20

export const createSqliteConsumer = (needs: SqliteConsumerNeeds): Consumer & { wake(): void } => {
  const { queue, prefetch, handle, logger, now, leaseMilliseconds } = needs
  // From being taken until what became of it is written.
  const held = new Map<LeasedMessage, Promise<void>>()
  let settled: Settlement[] = []
  let renewedAt = now()
  let waiting: ConsumerStatus | undefined
  let fault: ConsumerStatus | undefined
  let scheduled = false
  let lockPause = lockRetryMilliseconds
  let ended = false
  let closed: ConsumerStatus | undefined
  let closing: Promise<void> | undefined

  const wake = () => {
    if (scheduled || ended) return
    scheduled = true
    setImmediate(turn)
  }

  const turn = () => {
    scheduled = false
    if (ended) return
    const reason = needs.fileFault()
    if (reason !== undefined) return fail(reason)
    try {
      exchange()
      if (fault) logger.info('messages are taken again')
      fault = undefined
      lockPause = lockRetryMilliseconds
    } catch (error) {
      if (!isLocked(error))
        return fail(`the queue could not be read (${codeOf(error) || 'unknown reason'})`, error)
      scheduled = true
      setTimeout(turn, lockPause)
      lockPause = Math.min(lockPause * 2, longestLockRetryMilliseconds)
    }
  }

  // The next sweep tries again.
  const fail = (reason: string, error?: unknown) => {
    if (!fault) logger.error({ err: error, reason }, 'no messages can be taken')
    fault ??= { consuming: false, reason, since: now() }
  }

  const exchange = () => {
    const room = waiting || closed ? 0 : prefetch - held.size + settled.length
    // One that was stopped for long takes its own back first, unless somebody else has.
    const renewed = now() - renewedAt >= leaseMilliseconds / 3 ? [...held.keys()] : []
    if (settled.length + renewed.length === 0 && (room === 0 || !queue.hasReady())) return
    const taken = queue.exchange({ settled, renewed, room })
    for (const { leased } of settled) held.delete(leased)
    settled = []
    if (renewed.length > 0 || held.size === 0) renewedAt = now()
    for (const leased of taken) held.set(leased, work(leased))
  }

  const work = async (leased: LeasedMessage) => {
    const verdict = lastChance(await verdictOn(leased), leased.message)
    settled.push({ leased, verdict })
    if (verdict.verdict === 'wait') startWaiting(verdict.reason)
    if (verdict.verdict === 'park') {
      const { id, type } = leased.message
      logger.error({ messageId: id, type, reason: verdict.reason }, 'a message is parked')
    }
    wake()
  }

  const lastChance = (verdict: Verdict, { attempts }: ReceivedMessage): Verdict =>
    verdict.verdict === 'retry' && attempts >= needs.retryDelays.length
      ? { verdict: 'park', reason: verdict.reason }
      : verdict

  const verdictOn = async ({ message }: LeasedMessage): Promise<Verdict> => {
    try {
      return await handle(message)
    } catch (error) {
      logger.error(
        { err: error, messageId: message.id, type: message.type },
        'a message could not be handled',
      )
      return { verdict: 'retry', reason: error instanceof Error ? error.message : String(error) }
    }
  }

  const startWaiting = (reason: string) => {
    if (waiting) return
    waiting = { consuming: false, reason, since: now() }
    logger.warn({ reason }, 'no messages are taken for the time being')
    void ask()
  }

  const ask = async () => {
    do await delay(needs.isAbleMilliseconds, undefined, { ref: false })
    while (!closed && !(await isAble()))
    waiting = undefined
    if (closed) return
    logger.info('messages are taken again')
    wake()
  }

  const isAble = () =>
    Promise.resolve()
      .then(needs.isAble)
      .catch(() => false)

  const sweep = setInterval(wake, Math.min(needs.sweepMilliseconds, leaseMilliseconds / 3))
  wake()

  const close = async () => {
    closed = { consuming: false, reason: 'it is closed', since: now() }
    await Promise.all(held.values())
    const deadline = Date.now() + needs.closeTimeoutMilliseconds
    // What can't be written by then is delivered again when its lease is over.
    for (turn(); held.size > 0 && Date.now() < deadline; turn()) await delay(lockRetryMilliseconds)
    ended = true
    clearInterval(sweep)
  }

  return {
    wake,
    status: () => closed ?? fault ?? waiting ?? { consuming: true },
    close: () => (closing ??= close()),
  }
}
