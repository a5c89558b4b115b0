import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../until.ts'
import { everywhere, expectThat, realOnly, type Scenario } from '../scenario.ts'
import type { World } from '../world.ts'

const brokerOf = ({ engines }: World) => {
  if (engines.kind !== 'real') throw new Error('needs a broker')
  return engines.broker
}

const confirmsLost: Scenario = {
  number: 4,
  title: 'confirmations are lost between RabbitMQ and auth-service',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { deactivate: 0.2 } })
    await world.start()
    const proxy = world.proxies.authToBroker
    proxy?.answers('lost')
    await world.driver.drive(accounts)
    await until('something was published', async () => (await world.tap.recorded()).published > 0)
    proxy?.cut()
    proxy?.answers('passed')
    await world.settle()
    const { published, distinct } = await world.tap.recorded()
    expectThat(published > distinct, 'what was not confirmed is sent again')
    return { world, notes: `${published - distinct} sent again` }
  },
}

const brokerAway: Scenario = {
  number: 6,
  title: 'RabbitMQ is away while accounts register',
  engines: realOnly,
  scale: 10,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    await world.driver.drive(Math.min(500, accounts), 16, 'before')
    await world.settle()
    await world.proxies.authToBroker?.refuse()
    const third = Math.ceil(accounts / 3)
    await world.driver.drive(third, 16, 'early')
    const early = await world.auth.memoryMegabytes()
    await world.driver.drive(accounts - third, 16, 'late')
    const late = await world.auth.memoryMegabytes()
    expectThat(
      world.ledger.entries.every(({ lostAnswers }) => lostAnswers === 0),
      'each registration was answered 2xx at once',
    )
    expectThat(!(await world.auth.readiness()).ready, 'auth-service says that it is not ready')
    await world.proxies.authToBroker?.accept()
    await world.settle()
    return { world, notes: `memory ${early.toFixed(0)} → ${late.toFixed(0)} MB` }
  },
}

const memoryAlarm: Scenario = {
  number: 7,
  title: 'RabbitMQ raises its memory alarm',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    await brokerOf(world).alarm(true)
    try {
      await world.driver.drive(accounts)
      await until('auth-service is not ready', async () => !(await world.auth.readiness()).ready)
      const auth = await world.inspect('auth')
      await delay(500)
      const [row] = await auth.all<{ n: unknown }>(`select count(*) as n from outbox where state = 'waiting'`)
      expectThat(Number(row?.n) > 0, 'nothing counts as sent that was not confirmed')
    } finally {
      await brokerOf(world).alarm(false)
    }
    await until('auth-service is ready', async () => (await world.auth.readiness()).ready)
    await world.settle()
    return { world }
  },
}

const connectionDropped: Scenario = {
  number: 10,
  title: 'the connection drops while handlers are slow and several messages are under way',
  engines: realOnly,
  isRandom: true,
  run: async ({ open, accounts }) => {
    const world = await open()
    await world.start()
    const user = await world.inspect('user')
    for (let round = 0; round < 3; round += 1) {
      const release = await user.hold('user_profiles')
      await world.driver.drive(Math.ceil(accounts / 3), 16, `round_${round}`)
      await delay(world.random.between(50, 400))
      world.proxies.userToBroker?.cut()
      await delay(world.random.between(0, 300))
      await release()
      await delay(world.random.between(0, 300))
    }
    await world.settle()
    return { world }
  },
}

const databaseAway: Scenario = {
  number: 15,
  title: 'the database of user-service is away',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { deactivate: 0.2 } })
    await world.start()
    await world.proxies.userToDatabase?.refuse()
    await world.driver.drive(accounts)
    await until('user-service is not ready', async () => !(await world.user.readiness()).ready)
    // Longer than several attempts would take, if any were made.
    await delay(3_000)
    await world.proxies.userToDatabase?.accept()
    await world.settle()
    return { world }
  },
}

const listenEnded: Scenario = {
  number: 16,
  title: 'PostgreSQL ends the connection that listens',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open({ authServices: 2 })
    await world.start()
    await world.driver.drive(accounts)
    const auth = await world.inspect('auth')
    const ended = await auth.all(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and lower(query) like 'listen%'`,
    )
    expectThat(ended.length > 0, 'somebody was listening')
    await world.driver.drive(accounts, 16, 'after')
    await world.settle()
    await until(
      'it listens again',
      async () =>
        (
          await auth.all(
            `select pid from pg_stat_activity where datname = current_database() and lower(query) like 'listen%'`,
          )
        ).length > 0,
    )
    return { world, notes: `${ended.length} ended` }
  },
}

const answerLost: Scenario = {
  number: 20,
  title: 'the commit succeeds and its answer is lost: the client asks again',
  engines: everywhere,
  isRandom: true,
  run: async ({ open, accounts }) => {
    const world = await open({ losesAnswers: true, habits: { deactivate: 0.2 } })
    await world.start()
    const proxy = world.proxies.clientToAuth
    let over = false
    const driving = world.driver.drive(accounts).finally(() => (over = true))
    let lost = 0
    while (!over) {
      await delay(world.random.between(20, 150))
      proxy?.answers('lost')
      await delay(world.random.between(5, 40))
      proxy?.cut()
      proxy?.answers('passed')
      lost += 1
    }
    await driving
    await world.settle()
    const logins = (await world.inspect('auth')).all<{ n: unknown }>('select count(*) as n from auth_info')
    expectThat(Number((await logins)[0]?.n) === world.ledger.entries.length, 'one account for each client')
    return { world, notes: `${lost} times cut` }
  },
}

export const spoilingLinks = [
  confirmsLost,
  brokerAway,
  memoryAlarm,
  connectionDropped,
  databaseAway,
  listenEnded,
  answerLost,
]
