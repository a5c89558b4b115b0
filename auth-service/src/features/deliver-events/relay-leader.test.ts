import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Relay } from './relay.ts'
import {
  createHeldBus,
  createRecorder,
  createRelayTrial,
  eventually,
  leaseMilliseconds,
  type RelayTrial,
} from './testing/relay-trial.ts'

describeDialects('relays of several processes', (createDatabase) => {
  let trial: RelayTrial
  beforeEach(async () => {
    trial = await createRelayTrial(createDatabase)
  })
  afterEach(async () => trial.end())

  /** The first one is the leader; each hears the notices of the other. */
  const startTwo = async () => {
    const [first, second] = [createRecorder(), createRecorder()]
    const notices: string[] = []
    const followers: Relay[] = []
    const tell = (from: string, listeners: Relay[]) => () => {
      notices.push(from)
      for (const listener of listeners) listener.wakeForOthers()
    }
    const leader = trial.start({ ...first, tellOthers: tell('leader', followers) })
    await trial.write([99])
    leader.relay.wake()
    await trial.drained()
    const follower = trial.start({ ...second, tellOthers: tell('follower', [leader.relay]) })
    followers.push(follower.relay)
    return { leader, follower, first, second, notices }
  }

  test('only one of them publishes', async () => {
    const { leader, follower, first, second } = await startTwo()
    for (let round = 0; round < 5; round += 1) {
      await trial.write([1, 2, 3], 5)
      follower.relay.wake()
      leader.relay.wake()
      await trial.drained()
    }
    expect(second.sent).toEqual([])
    expect(first.sent).toHaveLength(76)
    expect([leader.lease.isHeld(), follower.lease.isHeld()]).toEqual([true, false])
  })

  test('who is not the leader tells the others once for what is its own; nothing goes back and forth', async () => {
    const { follower, first, notices } = await startTwo()
    for (const count of [1, 2, 3]) {
      await trial.write([count])
      follower.relay.wake()
      await trial.drained()
      expect(notices).toEqual(Array.from({ length: count }, () => 'follower'))
    }
    expect(first.sent).toHaveLength(4)
    await trial.write([4])
    // Told by somebody else, it tells nobody: the leader never hears of this one.
    let looked = 0
    const hold = follower.lease.hold.bind(follower.lease)
    follower.lease.hold = async () => hold().finally(() => (looked += 1))
    follower.relay.wakeForOthers()
    await eventually(() => looked === 1)
    follower.relay.wakeForOthers()
    await eventually(() => looked === 2)
    expect(notices).toHaveLength(3)
    expect(await trial.idsThatAre('waiting')).toHaveLength(1)
  })

  test('a leader that stops without a word is replaced when its time is over, not before', async () => {
    const stopped = trial.createLeaseOf()
    expect(await stopped.hold()).toBe(true)
    const bus = createRecorder()
    const asked: boolean[] = []
    const own = trial.createLeaseOf()
    const hold = async () => {
      const held = await own.hold()
      asked.push(held)
      return held
    }
    const { relay } = trial.start({ ...bus, lease: { ...own, hold } })
    await trial.write([1])
    relay.wake()
    await eventually(() => asked.length === 1)
    trial.pass(leaseMilliseconds)
    relay.wake()
    await eventually(() => asked.length === 2)
    expect(bus.sent).toEqual([])
    trial.pass(1)
    relay.wake()
    await trial.drained()
    expect(asked.slice(0, 3)).toEqual([false, false, true])
    expect(bus.ids()).toEqual(['event-1'])
  })

  test('a leader whose time is over sends nothing more of what it has in hand', async () => {
    const bus = createHeldBus()
    const { relay } = trial.start(bus)
    await trial.write([1], 3)
    relay.wake()
    await eventually(() => bus.underWay().length === 1)
    trial.pass(leaseMilliseconds + 1)
    const next = createRecorder()
    trial.start(next)
    await trial.drained()
    bus.confirm('event-1')
    await new Promise((resolve) => setImmediate(resolve))
    expect(bus.sent).toEqual(['event-1'])
    await relay.close()
    expect(next.ids()).toEqual(['event-1', 'event-2', 'event-3'])
  })

  test('as long as it has something in hand it stays the leader', async () => {
    const bus = createHeldBus()
    await trial.write(Array.from({ length: 200 }, (_, index) => index + 1))
    const { relay, lease } = trial.start(bus)
    await eventually(() => bus.underWay().length === 200)
    const rival = trial.createLeaseOf()
    for (let round = 0; round < 3; round += 1) {
      trial.pass(leaseMilliseconds - 1)
      relay.wake()
      await eventually(async () => {
        const [row] = await trial.store.query.select().from(trial.store.tables.leases)
        return row!.expiresAt.getTime() === trial.clock().getTime() + leaseMilliseconds
      })
      expect(await rival.hold()).toBe(false)
    }
    expect(lease.isHeld()).toBe(true)
    bus.confirmAll()
    await trial.drained()
    expect(bus.sent).toHaveLength(200)
  })

  test('closing waits for what is under way, begins nothing new and hands over at once', async () => {
    const bus = createHeldBus()
    const next = createRecorder()
    const successors: Relay[] = []
    await trial.write([1, 2], 2)
    const { relay, lease } = trial.start({ ...bus, tellOthers: () => successors[0]?.wakeForOthers() })
    await eventually(() => bus.underWay().length === 2)
    successors.push(trial.start(next).relay)
    let isClosed = false
    const closing = relay.close().then(() => (isClosed = true))
    bus.confirm('event-1')
    await new Promise((resolve) => setImmediate(resolve))
    expect(isClosed).toBe(false)
    bus.confirm('event-2')
    await closing
    expect(lease.isHeld()).toBe(false)
    // Nobody woke the other one but the one that left, and no time has passed.
    await trial.drained()
    expect(bus.sent).toEqual(['event-1', 'event-2'])
    expect(next.ids().toSorted()).toEqual(['event-3', 'event-4'])
  })

  test('closing does not wait for ever: what is not confirmed is sent again by the next one', async () => {
    const bus = createHeldBus()
    await trial.write([1])
    const { relay } = trial.start({ ...bus, closeMilliseconds: 20 })
    await eventually(() => bus.underWay().length === 1)
    await relay.close()
    const next = createRecorder()
    trial.start(next)
    await trial.drained()
    expect(next.ids()).toEqual(['event-1'])
    bus.confirmAll()
  })
})
