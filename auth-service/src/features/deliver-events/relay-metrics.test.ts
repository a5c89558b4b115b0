import { createUnavailable } from '@accounts/shared/errors/unavailable'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { type BusMessage, PublishError } from '@accounts/shared/messaging/bus'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OutboxQueue } from '../../ports.ts'
import { createHeldBus, createRelayTrial, eventually, type RelayTrial } from './testing/relay-trial.ts'

describeDialects('metrics of the relay', (createDatabase) => {
  let trial: RelayTrial
  beforeEach(async () => {
    trial = await createRelayTrial(createDatabase)
  })
  afterEach(async () => trial.end())

  /** Everything about the outbox but the buckets. */
  const read = async ({ registry }: ReturnType<RelayTrial['start']>) => {
    const text = await registry.metrics()
    const lines = [...text.matchAll(/^(outbox_\w+)(\{.*\})? (\S+)$/gm)]
    const wanted = lines.filter(([, name]) => !/_(bucket|sum)$/.test(name!))
    return Object.fromEntries(
      wanted.map(([, name, labels = '', value]) => {
        const reason = /reason="(\w+)"/.exec(labels)?.[1]
        return [reason ? `${name} ${reason}` : name, Number(value)]
      }),
    )
  }

  test('they say what waits, since when, what is parked, what was sent, what failed and who leads', async () => {
    const held = createHeldBus()
    let tries = 0
    const publish = async (message: BusMessage) => {
      if (message.id === 'event-2') throw new PublishError('unroutable', 'no queue')
      tries += 1
      if (tries === 1) throw new PublishError('timeout', 'late')
      await held.publish(message)
    }
    const started = trial.start({ publish })
    expect(await read(started)).toEqual({
      ...{ outbox_backlog: 0, outbox_parked: 0, outbox_oldest_seconds: 0, outbox_leader: 0 },
      ...{ outbox_published_total: 0, outbox_publish_seconds_count: 0 },
    })
    await trial.write([1, 2, 3])
    trial.pass(2_500)
    started.relay.wake()
    await eventually(
      async () => held.underWay().length === 2 && (await trial.idsThatAre('parked')).length === 1,
    )
    const failures = { 'outbox_failures_total unroutable': 1, 'outbox_failures_total timeout': 1 }
    expect(await read(started)).toEqual({
      ...{ outbox_backlog: 2, outbox_parked: 1, outbox_oldest_seconds: 2.5, outbox_leader: 1 },
      ...{ outbox_published_total: 0, outbox_publish_seconds_count: 0, ...failures },
    })
    held.confirmAll()
    await trial.drained()
    expect(await read(started)).toEqual({
      ...{ outbox_backlog: 0, outbox_parked: 1, outbox_oldest_seconds: 0, outbox_leader: 1 },
      ...{ outbox_published_total: 2, outbox_publish_seconds_count: 2, ...failures },
    })
    trial.pass(60_000)
    expect(await read(started)).toMatchObject({ outbox_leader: 0 })
  })

  test('one scrape looks once, and it counts no further than 10,000', async () => {
    let looks = 0
    const queue: OutboxQueue = {
      ...trial.queue,
      backlog: async () => {
        looks += 1
        return trial.queue.backlog()
      },
    }
    await trial.createLeaseOf().hold()
    await trial.write(Array.from({ length: 10_001 }, () => 1))
    expect(await read(trial.start({ publish: async () => {}, queue }))).toMatchObject({
      outbox_backlog: 10_000,
    })
    expect(looks).toBe(1)
  })

  test('without the database a scrape is answered all the same, and says that it does not know', async () => {
    const backlog = async () => {
      throw createUnavailable('away')
    }
    const started = trial.start({ publish: async () => {}, queue: { ...trial.queue, backlog } })
    expect(await read(started)).toMatchObject({
      outbox_backlog: NaN,
      outbox_oldest_seconds: NaN,
      outbox_leader: 0,
    })
  })
})
