import { setTimeout as delay } from 'node:timers/promises'
import { manage } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { accountQueue, deadLetterQueue } from '@accounts/shared/messaging/topology'
import { runEventsCommand, startEventsCommand } from '../commands.ts'
import { everywhere, expectThat, realOnly, type Scenario } from '../scenario.ts'
import { poison, type RawMessage } from '../tap.ts'
import { openInspector } from '../inspector.ts'
import { until } from '../../until.ts'
import type { World } from '../world.ts'

const vhostOf = (world: World) => new URL(world.authEnvironment['RABBITMQ_URL'] ?? '').pathname.slice(1)

const brokerOf = ({ engines }: World) => {
  if (engines.kind !== 'real') throw new Error('needs a broker')
  return engines.broker
}

const parkedIn = async (world: World) =>
  Number(
    (
      await (
        await world.inspect('auth')
      ).all<{ n: unknown }>(`select count(*) as n from outbox where state = 'parked'`)
    )[0]?.n,
  )

const lettersIn = async (world: World) => {
  const listed = await runEventsCommand(
    ['list', '--kind', 'dead', '--json', '--limit', '500'],
    world.authEnvironment,
  )
  return (JSON.parse(listed) as { events: { id: string; reason: string }[] }).events
}

const queueDeleted: Scenario = {
  number: 11,
  title: 'the queue is deleted while it is in use',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    await world.driver.drive(accounts, 16, 'before')
    await world.settle()
    // A copy is recorded for the table; here nobody at all may be bound.
    await manage(brokerOf(world).managementUrl, 'DELETE', `queues/${vhostOf(world)}/faults_record`)
    const deleteQueue = async () =>
      manage(brokerOf(world).managementUrl, 'DELETE', `queues/${vhostOf(world)}/${accountQueue}`)
    await world.user.stop()
    await deleteQueue()
    await world.driver.drive(accounts, 16, 'unroutable')
    await until('what nobody is bound to is parked', async () => (await parkedIn(world)) > 0)
    await until('the alarm is raised', async () =>
      /^outbox_parked\S* [1-9]/m.test(await world.auth.metrics()),
    )
    await world.user.start()
    await world.tap.record()
    const repaired = await runEventsCommand(
      ['republish', '--since', '2000-01-01T00:00:00Z', '--parked'],
      world.authEnvironment,
    )
    await world.settle()
    expectThat((await parkedIn(world)) === 0, 'nothing is parked any more')
    return { world, notes: repaired.trim().split('\n').at(-1) ?? '' }
  },
}

const poisoned: Scenario = {
  number: 12,
  title: 'poison in the queue: bad JSON, a broken schema, an unknown type',
  engines: everywhere,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { deactivate: 0.2 } })
    await world.start()
    const bad = [
      poison('{"event_type":"Register",'),
      poison('{"event_type":"Register","auth_id":"many"}'),
      poison('{"event_type":"Unheard Of"}'),
      poison('{"event_type":"Register","auth_id":1,"display_name":"x"}', { 'x-aggregate-id': '2' }),
      poison(''),
    ]
    const driving = world.driver.drive(accounts)
    for (const message of bad) await world.tap.put([message])
    await driving
    await world.settle()
    const letters = await until('all poison is parked', async () => {
      const found = await lettersIn(world)
      return found.length >= bad.length && found
    })
    expectThat(
      letters.length === bad.length &&
        bad.every(({ id }) => letters.some((letter) => letter.id === id && letter.reason !== '')),
      'exactly the poison is parked, each with its reason',
    )
    await runEventsCommand(['replay', bad[0]?.id ?? ''], world.authEnvironment)
    await until(
      'what was replayed is parked again',
      async () => (await lettersIn(world)).length === bad.length,
    )
    for (const { id } of bad) await runEventsCommand(['discard', id], world.authEnvironment)
    expectThat((await lettersIn(world)).length === 0, 'what was discarded is gone')
    return { world, notes: `${bad.length} parked` }
  },
}

/** What user-service would have got. */
const publishWhileNobodyReads = async (world: World, accounts: number) => {
  await world.start()
  await world.user.stop()
  await world.driver.drive(accounts)
  const auth = await world.inspect('auth')
  await until(
    'everything was published',
    async () =>
      Number(
        (await auth.all<{ n: unknown }>(`select count(*) as n from outbox where state = 'waiting'`))[0]?.n,
      ) === 0,
  )
  return world.tap.take()
}

const shuffled: Scenario = {
  number: 13,
  title: 'events arrive shuffled and some of them twice',
  engines: everywhere,
  isRandom: true,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { changePassword: 0.4, deactivate: 0.4, signOut: 0.2 } })
    const messages = await publishWhileNobodyReads(world, accounts)
    const again = messages.filter(() => world.random.chance(0.3))
    await world.tap.put(world.random.shuffle([...messages, ...again]).map(withoutCounters))
    await world.user.start()
    await world.settle()
    return { world, notes: `${messages.length} shuffled, ${again.length} twice` }
  },
}

/** What a broker adds is no header of the event. */
const withoutCounters = (message: RawMessage): RawMessage => {
  const { 'x-delivery-count': _, ...headers } = message.headers
  return { ...message, headers }
}

const declaredOtherwise: Scenario = {
  number: 18,
  title: 'the queue exists already and is declared otherwise',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open()
    const { managementUrl } = brokerOf(world)
    const queue = `queues/${vhostOf(world)}/${accountQueue}`
    await manage(managementUrl, 'PUT', queue, { durable: true, arguments: { 'x-queue-type': 'classic' } })
    for (const service of [world.auth, world.user]) await service.start('alive')
    for (const service of [world.auth, world.user]) {
      const { text } = await until('it is said what is wrong', async () => {
        const readiness = await service.readiness()
        return readiness.text.includes('declared otherwise') && readiness
      })
      expectThat(text.includes(accountQueue), 'the queue is named')
    }
    await world.driver.drive(accounts)
    await delay(3_000)
    const lines = (await world.auth.log()).split('\n')
    const times = lines.filter((line) =>
      /"reason":"[^"]*declared otherwise.*message bus not ready/.test(line),
    ).length
    expectThat(times === 1, `it is said once, not ${times} times`)
    await manage(managementUrl, 'DELETE', queue)
    for (const service of [world.auth, world.user])
      await until('it is ready', async () => (await service.readiness()).ready)
    await world.tap.record()
    await world.settle()
    return { world }
  },
}

const replayKilled: Scenario = {
  number: 19,
  title: 'a replay of dead letters is killed half-way',
  engines: everywhere,
  isRandom: true,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { changePassword: 0.2 } })
    const messages = (await publishWhileNobodyReads(world, accounts)).map(withoutCounters)
    await parkAll(world, messages)
    await world.user.start()
    let kills = 0
    for (;;) {
      const command = startEventsCommand(['replay', '--all'], world.authEnvironment)
      const timer = setTimeout(() => command.kill(), 700 + world.random.between(0, 900) + kills * 400)
      const { code, output } = await command.ended
      clearTimeout(timer)
      if (code === 0) break
      if (code !== null) throw new Error(`replay failed:\n${output}`)
      kills += 1
    }
    await world.settle()
    expectThat((await lettersIn(world)).length === 0, 'no dead letter is left')
    return { world, kills, notes: `${messages.length} letters` }
  },
}

/** Good events where the dead letters are. */
const parkAll = async ({ engines, tap, folder }: World, messages: readonly RawMessage[]) => {
  if (engines.kind === 'real') return tap.put(messages, deadLetterQueue)
  await tap.put(messages)
  const bus = await openInspector(`sqlite:${folder}/bus.db`)
  await bus.run(`update messages set parked_at = unixepoch() * 1000, last_reason = 'parked by a test'`)
  await bus.close()
}

export const spoilingQueues = [queueDeleted, poisoned, shuffled, declaredOtherwise, replayKilled]
