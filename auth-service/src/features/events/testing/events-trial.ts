import { randomUUID } from 'node:crypto'
import type { Bus } from '@accounts/shared/messaging/bus'
import { createSqliteTrial } from '@accounts/shared/messaging/testing/sqlite-trial'
import { vi } from 'vitest'
import type { AuthDatabase } from '../../../adapters/database/tables.ts'

/** Makes a dead letter as user-service would: by handling what is in the queue, and giving it up. */
export const parkLetters = async (bus: Bus, count: number, reason: string) => {
  const before = await bus.deadLetters.count()
  const consumer = bus.consume({
    prefetch: 1,
    handle: async () => ({ verdict: 'park', reason }),
    isAble: async () => true,
  })
  await vi.waitUntil(async () => (await bus.deadLetters.count()) === before + count, { timeout: 10_000 })
  await consumer.close()
}

export const publishSample = async (bus: Bus, accountId: number, id: string = randomUUID()) => {
  await bus.publish({
    id,
    type: 'Register',
    routingKey: 'account.registered',
    correlationId: 'the-request',
    headers: {
      'x-aggregate-id': String(accountId),
      'x-aggregate-version': 1,
      'x-schema-version': 1,
      'x-occurred-at': '2026-03-04T05:06:07.089Z',
    },
    body: { event_type: 'Register', auth_id: accountId, display_name: 'John Doe' },
  })
  return id
}

export const openSqliteBusTrial = async () => {
  const trial = await createSqliteTrial()
  return { trial, bus: await trial.open() }
}

/** Puts rows into the outbox past everybody, `waiting` unless said otherwise. */
export const addRows = async (
  { query, tables }: AuthDatabase,
  rows: readonly { accountId: number; version: number; state?: 'waiting' | 'parked' | 'published' }[],
) => {
  const at = new Date('2026-03-04T05:06:07.089Z')
  const added = await query
    .insert(tables.outbox)
    .values(
      rows.map(({ accountId, version, state = 'waiting' }) => ({
        id: randomUUID(),
        aggregateId: accountId,
        aggregateVersion: version,
        type: 'Register',
        payload: { event_type: 'Register' as const, auth_id: accountId, display_name: 'John Doe' },
        headers: {
          'x-aggregate-id': String(accountId),
          'x-aggregate-version': version,
          'x-schema-version': 1 as const,
          'x-occurred-at': at.toISOString(),
        },
        state,
        ...(state === 'parked' && { parkedAt: at, parkedReason: 'no queue is bound' }),
        ...(state === 'published' && { publishedAt: at }),
        createdAt: at,
      })),
    )
    .returning({ id: tables.outbox.id })
  return added.map(({ id }) => id)
}
