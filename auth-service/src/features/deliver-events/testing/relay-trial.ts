import { randomUUID } from 'node:crypto'
import { asc } from '@accounts/shared/database/operators'
import { createMetrics } from '@accounts/shared/http/metrics'
import { createLogger } from '@accounts/shared/logging/logger'
import type { BusMessage } from '@accounts/shared/messaging/bus'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import { vi } from 'vitest'
import { createLease } from '../../../adapters/database/leases.ts'
import { createOutboxQueue } from '../../../adapters/database/outbox-queue.ts'
import { later, now, openStore } from '../../../adapters/database/testing/open-store.ts'
import { createRelayMetrics } from '../relay-metrics.ts'
import { createRelay, type Relay, type RelayNeeds } from '../relay.ts'

export const leaseMilliseconds = 3_000

export type RelayTrial = Awaited<ReturnType<typeof createRelayTrial>>

/** An outbox on a real database, and as many relays on it as a test likes; only the test moves their clock. */
export const createRelayTrial = async (createDatabase: () => Promise<TestDatabase>) => {
  let passed = 0
  const clock = () => later(passed)
  const store = await openStore(createDatabase, clock)
  const { database, query, tables } = store
  const queue = createOutboxQueue({ database, clock })
  const relays: Relay[] = []
  const lines: { level: string; msg: string; [fact: string]: unknown }[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const logger = createLogger({ service: 'test', level: 'debug', destination })
  let filled = 0

  const createLeaseOf = (holder = randomUUID()) =>
    createLease({ database, clock, name: 'outbox', holder, milliseconds: leaseMilliseconds })

  /** It does nothing by itself: sweeps are an hour apart. */
  const start = (needs: Pick<RelayNeeds, 'publish'> & Partial<RelayNeeds>) => {
    const { registry, ...others } = createMetrics({ service: 'test' })
    const lease = needs.lease ?? createLeaseOf()
    const metrics = createRelayMetrics({
      metrics: { registry, ...others },
      queue: needs.queue ?? queue,
      ...{ lease, clock },
    })
    const relay = createRelay({
      ...{ queue, lease, metrics, logger, sweepMilliseconds: 3_600_000, tellOthers: () => {} },
      ...needs,
    })
    relays.push(relay)
    return { relay, lease, registry }
  }

  /** Rows as they are committed: `count` for each account, by turns. */
  const write = async (accounts: readonly number[], count = 1) => {
    const rows = Array.from({ length: count }, () => accounts)
      .flat()
      .map((account) => {
        filled += 1
        return {
          ...{ id: `event-${filled}`, aggregateId: account, aggregateVersion: filled },
          ...{ type: 'Session Revoke', createdAt: clock(), correlationId: `request-${filled}` },
          payload: {
            ...{ event_type: 'Session Revoke' as const, auth_id: account },
            ...{ session_id: String(filled), expires_at: now.toISOString() },
          },
          headers: {
            ...{ 'x-aggregate-id': String(account), 'x-aggregate-version': filled },
            ...{ 'x-schema-version': 1 as const, 'x-occurred-at': now.toISOString() },
          },
        }
      })
    for (let at = 0; at < rows.length; at += 1_000)
      await query.insert(tables.outbox).values(rows.slice(at, at + 1_000))
    return rows.map(({ id }) => id)
  }

  const rows = async () => query.select().from(tables.outbox).orderBy(asc(tables.outbox.sequence))
  const idsThatAre = async (state: string) =>
    (await rows()).filter((row) => row.state === state).map(({ id }) => id)

  return {
    ...{ store, queue, clock, lines, start, write, rows, idsThatAre, createLeaseOf },
    pass: (milliseconds: number) => {
      passed += milliseconds
    },
    /** Until nothing waits any more. */
    drained: async () => eventually(async () => (await queue.backlog()).waiting === 0),
    end: async () => {
      await Promise.all(relays.map(async (relay) => relay.close()))
      await store.drop()
    },
  }
}

export const eventually = async (isSo: () => boolean | Promise<boolean>) =>
  vi.waitUntil(isSo, { timeout: 15_000, interval: 5 })

/** A bus that confirms at once. */
export const createRecorder = () => {
  const sent: BusMessage[] = []
  return {
    sent,
    ids: () => sent.map(({ id }) => id),
    publish: async (message: BusMessage) => {
      sent.push(message)
    },
  }
}

/** A bus that confirms what the test says, when it says so. */
export const createHeldBus = () => {
  const sent: string[] = []
  const waiting = new Map<string, { confirm: () => void; refuse: (error: Error) => void }>()
  const take = (id: string) => {
    const held = waiting.get(id)
    if (!held) throw new Error(`${id} is not under way`)
    waiting.delete(id)
    return held
  }
  return {
    sent,
    underWay: () => [...waiting.keys()],
    publish: async ({ id }: BusMessage) => {
      sent.push(id)
      await new Promise<void>((confirm, refuse) => waiting.set(id, { confirm, refuse }))
    },
    confirm: (id: string) => take(id).confirm(),
    refuse: (id: string, error: Error) => take(id).refuse(error),
    confirmAll: () => {
      for (const id of waiting.keys()) take(id).confirm()
    },
  }
}
