import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../../until.ts'
import { everywhere, expectThat, realOnly, type Scenario } from '../scenario.ts'

const leaderFrozen: Scenario = {
  number: 14,
  title: 'of two relays the leader is stopped for long and then goes on',
  engines: realOnly,
  run: async ({ open, accounts }) => {
    const world = await open({ authServices: 2 })
    await world.start()
    await world.driver.drive(16, 16, 'warm')
    await world.settle()
    const leads = async (index: number) =>
      /^outbox_leader\S* 1/m.test((await world.auths[index]?.metrics()) ?? '')
    const leader = await until('one of them leads', async () => {
      const flags = [await leads(0), await leads(1)]
      return flags.includes(true) && { index: flags.indexOf(true) }
    })
    const frozen = world.auths[leader.index]
    frozen?.freeze()
    // Requests to the frozen one find nobody; the others have to arrive meanwhile.
    const driving = world.driver.drive(accounts, 16, 'meanwhile')
    await delay(60_000)
    const user = await world.inspect('user')
    const [row] = await user.all<{ n: unknown }>('select count(*) as n from account_states')
    expectThat(Number(row?.n) > 16, 'the other one has taken over')
    frozen?.thaw()
    await driving
    await world.settle()
    return { world, notes: `${Number(row?.n) - 16} delivered by the other one` }
  },
}

const stoppedUnderLoad: Scenario = {
  number: 17,
  title: 'both services are told to stop under load',
  engines: everywhere,
  isRandom: true,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { readProfile: 0.3, deactivate: 0.2 } })
    await world.start()
    const driving = world.driver.drive(accounts)
    await delay(world.random.between(100, 600))
    const stopped = await Promise.all([world.auth.stop(), world.user.stop()])
    for (const { code, milliseconds } of stopped) {
      expectThat(code === 0, `it stops cleanly, not with ${code}`)
      expectThat(
        milliseconds < 7_000,
        `it stops within its deadline, not after ${milliseconds.toFixed(0)} ms`,
      )
    }
    await world.auth.start()
    await world.user.start()
    await driving
    await world.settle()
    return {
      world,
      notes: `out after ${stopped.map(({ milliseconds }) => milliseconds.toFixed(0)).join(' and ')} ms`,
    }
  },
}

const profileAtOnce: Scenario = {
  number: 22,
  title: 'the profile of a just-registered account is there at once, with the broker and without',
  engines: everywhere,
  scale: 10,
  run: async ({ open, accounts }) => {
    const world = await open({ habits: { readProfile: 1 } })
    await world.start()
    const half = Math.ceil(accounts / 2)
    await world.driver.drive(half, 16, 'with')
    await world.proxies.authToBroker?.refuse()
    await world.proxies.userToBroker?.refuse()
    await world.driver.drive(half, 16, 'without')
    expectThat(
      world.ledger.entries.every(({ profileRead }) => profileRead),
      'each profile was there',
    )
    await world.proxies.authToBroker?.accept()
    await world.proxies.userToBroker?.accept()
    await world.settle()
    return { world, notes: `${world.ledger.entries.length} asked for` }
  },
}

export const spoilingProcesses = [leaderFrozen, stoppedUnderLoad, profileAtOnce]
