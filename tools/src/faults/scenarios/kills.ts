import { openInspector } from '../inspector.ts'
import { until } from '../../until.ts'
import { everywhere, expectThat, realOnly, type Scenario, whileDriving } from '../scenario.ts'
import type { World } from '../world.ts'

const habits = { readProfile: 0.3, changePassword: 0.1, deactivate: 0.2, signOut: 0.1 }

/** Nothing gets from auth-service to the bus until it is let go. */
const holdBus = async (world: World) => {
  const proxy = world.proxies.authToBroker
  if (proxy) {
    await proxy.refuse()
    return async () => proxy.accept()
  }
  const bus = await openInspector(`sqlite:${world.folder}/bus.db`)
  const release = await bus.hold('messages')
  return async () => {
    await release()
    await bus.close()
  }
}

const eventsOf = async (world: World) =>
  Number((await (await world.inspect('auth')).all<{ n: unknown }>('select count(*) as n from outbox'))[0]?.n)

const killedAfterCommit: Scenario = {
  number: 1,
  title: 'auth-service is killed after the commit, before it could publish',
  engines: everywhere,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { deactivate: 0.3 } })
    await world.start()
    const release = await holdBus(world)
    await world.driver.drive(accounts)
    await world.auth.kill()
    expectThat((await eventsOf(world)) >= accounts, 'each registration left its event behind')
    await release()
    await world.auth.start()
    await world.settle()
    return { world, kills: 1 }
  },
}

const killedBeforeCommit: Scenario = {
  number: 2,
  title: 'auth-service is killed before the commit',
  engines: everywhere,
  run: async ({ open, accounts }) => {
    const world = await open({ habits })
    await world.start()
    await world.driver.drive(accounts)
    const release = await (await world.inspect('auth')).hold('outbox')
    const driving = world.driver.drive(16, 16, 'caught')
    // Long enough that all of them stand before their commit.
    await until(
      'the service waits for the lock',
      async () => world.ledger.entries.filter(({ login }) => login.startsWith('caught')).length === 16,
    )
    await new Promise((resolve) => setTimeout(resolve, 300))
    await world.auth.kill()
    await release()
    await world.auth.start()
    await driving
    await world.settle()
    return { world, kills: 1 }
  },
}

const killedBeforeMarking: Scenario = {
  number: 3,
  title: 'the relay is killed after the confirmation, before it could mark',
  engines: everywhere,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    const release = await holdBus(world)
    await world.driver.drive(accounts)
    const unmark = await (await world.inspect('auth')).hold('outbox')
    await release()
    await until('something was published', async () => (await world.tap.recorded()).published > 0)
    await world.auth.kill()
    await unmark()
    await world.auth.start()
    await world.settle()
    const { published, distinct } = await world.tap.recorded()
    expectThat(published > distinct, 'what was not marked is sent again')
    return { world, kills: 1, notes: `${published - distinct} sent again` }
  },
}

const brokerKilled: Scenario = {
  number: 5,
  title: 'RabbitMQ is killed under load',
  engines: realOnly,
  isRandom: true,
  run: async ({ open, accounts }) => {
    const world = await open({ habits })
    await world.start()
    if (world.engines.kind !== 'real') throw new Error('needs a broker')
    const { broker } = world.engines
    let kills = 0
    const driving = world.driver.drive(accounts)
    await new Promise((resolve) => setTimeout(resolve, world.random.between(100, 800)))
    await broker.kill()
    kills += 1
    await driving
    await broker.start()
    await world.settle()
    return { world, kills }
  },
}

const killedBeforeAck: Scenario = {
  number: 8,
  title: 'user-service is killed after the commit, before the acknowledgement',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    const proxy = world.proxies.userToBroker
    if (!proxy) throw new Error('needs a proxy')
    // Deliveries come through, acknowledgements do not.
    proxy.requests('lost')
    await world.driver.drive(accounts)
    const inspector = await world.inspect('user')
    await until(
      'something was applied',
      async () => (await inspector.all('select * from inbox limit 1')).length > 0,
    )
    await world.user.kill()
    proxy.cut()
    proxy.requests('passed')
    await world.user.start()
    await world.settle()
    return { world, kills: 1 }
  },
}

const killedInTransaction: Scenario = {
  number: 9,
  title: 'user-service is killed in the middle of its transaction',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    const release = await (await world.inspect('user')).hold('user_profiles')
    await world.driver.drive(accounts)
    await new Promise((resolve) => setTimeout(resolve, 300))
    await world.user.kill()
    await release()
    await world.user.start()
    await world.settle()
    return { world, kills: 1 }
  },
}

const anybodyKilled: Scenario = {
  number: 21,
  title: 'auth-service, user-service and the broker are killed at random under load',
  engines: everywhere,
  isRandom: true,
  scale: 10,
  run: async ({ open, accounts }) => {
    const world = await open({ habits })
    await world.start()
    const victims = [
      async () => {
        await world.auth.kill()
        await world.auth.start('alive')
      },
      async () => {
        await world.user.kill()
        await world.user.start('alive')
      },
    ]
    const { engines } = world
    if (engines.kind === 'real')
      victims.push(async () => {
        await engines.broker.kill()
        await engines.broker.start()
      })
    const kills = await whileDriving(world, accounts, async () => {
      await victims[world.random.between(0, victims.length - 1)]?.()
    })
    await world.settle()
    return { world, kills }
  },
}

export const killing = [
  killedAfterCommit,
  killedBeforeCommit,
  killedBeforeMarking,
  brokerKilled,
  killedBeforeAck,
  killedInTransaction,
  anybodyKilled,
]
