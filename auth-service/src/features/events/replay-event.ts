import { ServiceError } from '@accounts/shared/errors/service-error'
import type { DeadLetters } from '@accounts/shared/messaging/bus'
import type { Clock, Transact } from '../../ports.ts'
import { entryOfLetter, entryOfRecord } from './event-entry.ts'
import { aboutEvent, type Actor, afterwards } from './record-action.ts'

interface ReplayNeeds {
  deadLetters: Pick<DeadLetters, 'page' | 'find' | 'replay'>
  transact: Transact
}

/** Back into the queue it died in or, from the outbox, to the broker once more; always under its own id. */
export const createReplayEvent =
  ({ deadLetters, transact }: ReplayNeeds) =>
  async (id: string, actor: Actor) => {
    const letter = await deadLetters.find(id)
    if (letter && (await deadLetters.replay(id))) {
      const about = aboutEvent(entryOfLetter(letter), actor)
      await afterwards(transact, actor, 'the event is replayed', async (store) =>
        store.audit.add({ action: 'event replayed', ...about }),
      )
      return
    }
    const record = await transact(actor.origin, async (store) => {
      const found = await store.outboxRows.sendAgain(id)
      if (found)
        await store.audit.add({ action: 'event replayed', ...aboutEvent(entryOfRecord(found), actor) })
      return found
    })
    if (!record)
      throw new ServiceError('not_found', { detail: 'There is no such event, or it waits already.' })
  }

export type ReplayEvent = ReturnType<typeof createReplayEvent>

const lettersAtATime = 500
const mostLetters = 10_000
const rowsAtATime = 500
const mostBatches = 1_000

/** Everything that is dead or parked now. What fails again meanwhile is left for the next time. */
export const createReplayAllEvents =
  ({ deadLetters, transact, clock }: ReplayNeeds & { clock: Clock }) =>
  async (actor: Actor) => {
    const parkedBefore = clock()
    const dead = await replayLetters(deadLetters)
    const parked = await replayRows(transact, actor, parkedBefore)
    if (dead + parked > 0)
      await afterwards(
        transact,
        actor,
        `${dead} dead letters and ${parked} parked events are replayed`,
        async (store) =>
          store.audit.add({ action: 'events replayed', actorId: actor.actorId, details: { dead, parked } }),
      )
    return { dead, parked }
  }

const replayLetters = async (deadLetters: Pick<DeadLetters, 'page' | 'replay'>) => {
  const ids = new Set<string>()
  let after: string | undefined
  for (let more = true; more && ids.size < mostLetters;) {
    const page = await deadLetters.page({ limit: lettersAtATime, after })
    const known = ids.size
    for (const { id } of page.letters) ids.add(id)
    after = page.letters.at(-1)?.id
    // Nothing new: the last one is gone meanwhile, and the pages have begun again.
    more = page.more && ids.size > known
  }
  let replayed = 0
  for (const id of ids) if (await deadLetters.replay(id)) replayed += 1
  return replayed
}

const replayRows = async (transact: Transact, { origin }: Actor, parkedBefore: Date) => {
  let replayed = 0
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const rows = await transact(origin, async (store) =>
      store.outboxRows.sendParkedAgain({ parkedBefore, limit: rowsAtATime }),
    )
    replayed += rows
    if (rows < rowsAtATime) break
  }
  return replayed
}
