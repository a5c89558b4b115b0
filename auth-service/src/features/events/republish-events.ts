import type { Republish, Transact } from '../../ports.ts'
import { type Actor, afterwards } from './record-action.ts'

interface RepublishNeeds {
  republish: Republish
  transact: Transact
}

/** Sends again, under the same ids, what was published since then: for a queue that was lost. */
export const createRepublishEvents =
  ({ republish, transact }: RepublishNeeds) =>
  async (which: Parameters<Republish>[0], actor: Actor) => {
    const events = await republish(which)
    const { since, accountId, parked = false } = which
    await afterwards(transact, actor, `${events} events are published again`, async (store) =>
      store.audit.add({
        action: 'events republished',
        actorId: actor.actorId,
        userId: accountId,
        details: { since: since.toISOString(), parked, events },
      }),
    )
    return { events }
  }

export type RepublishEvents = ReturnType<typeof createRepublishEvents>
