import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import type { AccountEvent } from '@accounts/shared/events/account-events'
import * as fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEventTrial, type EventTrial, messageOf } from './testing/event-trial.ts'
import { eventsOf } from './testing/events.ts'

const kinds = ['password', 'session', 'sessions', 'roles', 'snapshot', 'deactivate', 'reactivate'] as const

type Change = (typeof kinds)[number]

interface Sent {
  event: AccountEvent
  version: number
}

/** What auth-service would tell of an account, in order. */
const historyOf = (authId: number, changes: readonly Change[]): Sent[] => {
  const account = eventsOf(authId)
  const events: AccountEvent[] = [account.register(`Name ${'a'.repeat(changes.length)}`)]
  let ver = 1
  let isActive = true
  for (const [index, change] of changes.entries()) {
    if (change === 'password') events.push(account.changePassword((ver += 1)))
    if (change === 'session') events.push(account.endSession(`${authId} ${index}`))
    if (change === 'sessions') events.push(account.endSessions((ver += 1)))
    if (change === 'roles') events.push(account.changeRoles(['user', `role${index}`], (ver += 1)))
    if (change === 'snapshot') events.push(account.snapshot(`Snap ${'b'.repeat(index)}`, isActive, ver))
    if (change === 'deactivate') {
      isActive = false
      events.push(account.deactivate())
    }
    if (change === 'reactivate' && !isActive) {
      isActive = true
      events.push(account.reactivate((ver += 1)))
    }
  }
  return events.map((event, index) => ({ event, version: index + 1 }))
}

/** In order, by plain reading of the history: it knows of no versions, gaps or tables. */
const endOf = (history: readonly Sent[]) => {
  let displayName = ''
  let isActive = true
  let ver = 1
  const ended: string[] = []
  for (const { event } of history) {
    if ('display_name' in event) displayName = event.display_name
    if ('is_active' in event) isActive = event.is_active
    if ('ver' in event) ({ ver } = event)
    if ('session_id' in event) ended.push(event.session_id)
  }
  return { displayName, isActive, ver, ended }
}

/** The last that was heard of it says so, whatever is still missing. */
const isDead = (sent: Iterable<Sent>) => {
  const about = [...sent].filter(({ event }) => 'is_active' in event || event.event_type === 'Register')
  const last = about.toSorted((one, other) => one.version - other.version).at(-1)
  return last !== undefined && 'is_active' in last.event && !last.event.is_active
}

const changes = fc.array(fc.constantFrom<Change>(...kinds), { maxLength: 7 })
/** Of each account so many changes; then in which order all of it arrives, and what of it twice. */
const play = fc.record({
  accounts: fc.array(changes, { minLength: 1, maxLength: 3 }),
  order: fc.array(fc.nat(1_000_000), { minLength: 24, maxLength: 24 }),
  repeats: fc.array(fc.nat(23), { maxLength: 12 }),
})

describeDialects('shuffled and repeated delivery', (createDatabase) => {
  let trial: EventTrial
  let lastId = 0
  beforeAll(async () => {
    trial = await createEventTrial({ createDatabase })
  })
  afterAll(async () => trial.drop())

  test('ends as delivery in order does, and revives nobody too early', { timeout: 120_000 }, async () => {
    const { deliver, view } = trial
    const property = fc.asyncProperty(play, async ({ accounts, order, repeats }) => {
      const histories = accounts.map((one) => historyOf((lastId += 1), one))
      const sent = histories.flat()
      const shuffled = sent
        .map((one, index) => ({ one, at: order[index] ?? index }))
        .toSorted((left, right) => left.at - right.at)
        .map(({ one }) => one)
      for (const [index, repeated] of repeats.entries()) {
        const again = shuffled[repeated % shuffled.length]
        if (again) shuffled.splice((repeated * (index + 1)) % (shuffled.length + 1), 0, again)
      }
      const arrived = new Set<Sent>()
      for (const one of shuffled) {
        const { event, version } = one
        expect(await deliver(messageOf(event, version))).toEqual([{ verdict: 'done' }])
        arrived.add(one)
        const ofAccount = [...arrived].filter((other) => other.event.auth_id === event.auth_id)
        const seen = await view(event.auth_id)
        if (isDead(ofAccount)) {
          expect(seen.state?.isActive).toBe(false)
          for (const profile of seen.profiles) expect(profile.isActive).toBe(false)
        }
        // A token that an event has killed stays dead, whatever else is missing.
        for (const { event: known } of ofAccount) {
          if ('ver' in known) expect(seen.state?.securityVersion).toBeGreaterThanOrEqual(known.ver)
          if ('session_id' in known) expect(seen.ended).toContain(known.session_id)
        }
      }
      for (const history of histories) {
        const authId = history[0]?.event.auth_id ?? 0
        const { displayName, isActive, ver, ended } = endOf(history)
        expect(await view(authId)).toEqual({
          state: { eventVersion: history.length, isActive, securityVersion: ver },
          profiles: [{ displayName, bio: null, isActive }],
          ended: ended.toSorted(),
          waiting: [],
        })
      }
    })
    await fc.assert(property, { seed: 4, numRuns: 60, endOnFailure: true })
  })
})
