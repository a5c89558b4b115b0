import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import type { Verdict } from '@accounts/shared/messaging/bus'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createProfiles } from '../../adapters/database/profiles.ts'
import { createEventTrial, type EventTrial, messageOf } from './testing/event-trial.ts'
import { eventsOf } from './testing/events.ts'

const done: Verdict = { verdict: 'done' }

describeDialects('applying events', (createDatabase) => {
  let trial: EventTrial
  beforeAll(async () => {
    trial = await createEventTrial({ createDatabase, poolSize: 50 })
  })
  afterAll(async () => trial.drop())

  const active = (displayName: string) => ({ displayName, bio: null, isActive: true })
  const dead = (displayName: string) => ({ displayName, bio: null, isActive: false })

  test('a registration makes a profile', async () => {
    const { deliver, view } = trial
    expect(await deliver(messageOf(eventsOf(1).register('Анна Мария'), 1))).toEqual([done])
    expect(await view(1)).toEqual({
      state: { eventVersion: 1, isActive: true, securityVersion: 1 },
      profiles: [active('Анна Мария')],
      ended: [],
      waiting: [],
    })
  })

  test('in order each event has its effect', async () => {
    const { deliver, view } = trial
    const account = eventsOf(2)
    await deliver(
      messageOf(account.register(), 1),
      messageOf(account.changePassword(2), 2),
      messageOf(account.endSession('2a'), 3),
      messageOf(account.deactivate(), 4),
    )
    expect(await view(2)).toEqual({
      state: { eventVersion: 4, isActive: false, securityVersion: 2 },
      profiles: [dead('John Doe')],
      ended: ['2a'],
      waiting: [],
    })
  })

  test('again, or older than what is known: done, without effect', async () => {
    const { deliver, view, effectsOf } = trial
    const account = eventsOf(3)
    const first = messageOf(account.register('First Name'), 1)
    await deliver(first, messageOf(account.deactivate(), 2))
    const before = await view(3)
    const sameVersion = messageOf(account.register('Other Name'), 1, { id: 'another id' })
    const sameId = messageOf(account.changePassword(9), 3, { id: first.id })
    expect(await deliver(first, sameVersion, sameId)).toEqual([done, done, done])
    expect(await view(3)).toEqual(before)
    expect(await effectsOf(3, first.id)).toEqual([{ version: 1 }])
    expect(await effectsOf(3, 'another id')).toEqual([])
  })

  test('a deactivation before its registration leaves a tombstone that the registration does not revive', async () => {
    const { deliver, view } = trial
    const account = eventsOf(4)
    await deliver(messageOf(account.deactivate(), 2))
    expect(await view(4)).toMatchObject({ state: { eventVersion: 0, isActive: false }, profiles: [] })
    await deliver(messageOf(account.register(), 1))
    expect(await view(4)).toEqual({
      state: { eventVersion: 2, isActive: false, securityVersion: 1 },
      profiles: [dead('John Doe')],
      ended: [],
      waiting: [],
    })
  })

  test('what only takes away is in force at once, though it waits; the gap filled, all of it is applied', async () => {
    const { deliver, view } = trial
    const account = eventsOf(5)
    await deliver(
      messageOf(account.register(), 1),
      messageOf(account.deactivate(), 5),
      messageOf(account.changePassword(3), 4),
      messageOf(account.endSession('5a'), 3),
    )
    expect(await view(5)).toEqual({
      state: { eventVersion: 1, isActive: false, securityVersion: 3 },
      profiles: [dead('John Doe')],
      ended: ['5a'],
      waiting: [3, 4, 5],
    })
    await deliver(messageOf(account.changePassword(2), 2))
    expect(await view(5)).toMatchObject({ state: { eventVersion: 5, securityVersion: 3 }, waiting: [] })
  })

  test('a snapshot replaces all that came before it, and what waits behind it stays in force', async () => {
    const { deliver, view } = trial
    const account = eventsOf(6)
    await deliver(
      messageOf(account.changePassword(2), 3),
      messageOf(account.deactivate(), 8),
      messageOf(account.changePassword(6), 6),
      messageOf(account.snapshot('New Name', true, 4), 5),
    )
    expect(await view(6)).toEqual({
      state: { eventVersion: 6, isActive: false, securityVersion: 6 },
      profiles: [dead('New Name')],
      ended: [],
      waiting: [8],
    })
    await deliver(messageOf(account.snapshot('Last Name', true, 7), 9))
    expect(await view(6)).toMatchObject({
      state: { eventVersion: 9, isActive: true, securityVersion: 7 },
      profiles: [active('Last Name')],
      waiting: [],
    })
  })

  test('a registration merges into a profile that was made early: its name wins, the bio stays', async () => {
    const { database, deliver, view } = trial
    const profiles = createProfiles({ database, clock: trial.clock })
    await profiles.make({ userId: 7, sessionId: '7a', securityVersion: 1, displayName: 'From Token' })
    await profiles.editBio(7, 'Hello')
    await deliver(messageOf(eventsOf(7).register('From Event'), 1))
    expect((await view(7)).profiles).toEqual([{ displayName: 'From Event', bio: 'Hello', isActive: true }])
  })

  test('a tombstone wins over a profile made from a token, whichever comes first', async () => {
    const { database, deliver, view } = trial
    const profiles = createProfiles({ database, clock: trial.clock })
    const holder = { sessionId: 'any', securityVersion: 1, displayName: 'From Token' }
    await deliver(messageOf(eventsOf(8).deactivate(), 2))
    expect(await profiles.make({ ...holder, userId: 8 })).toBeNull()
    await profiles.make({ ...holder, userId: 9 })
    await deliver(messageOf(eventsOf(9).deactivate(), 2))
    expect((await view(9)).profiles).toEqual([dead('From Token')])
  })

  test('the same message fifty times at once, each on a connection of its own, has one effect', async () => {
    const message = messageOf(eventsOf(10).register(), 1)
    const deliveries = Array.from({ length: 50 }, async () => trial.handle(message))
    for (const verdict of await Promise.all(deliveries)) expect(verdict).toEqual(done)
    expect(await trial.effectsOf(10, message.id)).toHaveLength(1)
    expect((await trial.view(10)).profiles).toHaveLength(1)
  })

  test('events of one account handed over all at once end as in order', async () => {
    const account = eventsOf(11)
    const messages = [
      account.register(),
      ...Array.from({ length: 20 }, (_, index) => account.changePassword(index + 2)),
      account.deactivate(),
    ].map((event, index) => messageOf(event, index + 1))
    await Promise.all(messages.map(async (message) => trial.handle(message)))
    expect(await trial.view(11)).toEqual({
      state: { eventVersion: 22, isActive: false, securityVersion: 21 },
      profiles: [dead('John Doe')],
      ended: [],
      waiting: [],
    })
  })
})
