import { createUnavailable } from '@accounts/shared/errors/unavailable'
import type { Origin } from '../../domain/audit.ts'
import type { Store, Transact } from '../../ports.ts'
import type { EventEntry } from './event-entry.ts'

/** Who does it; nobody in particular on the command line. */
export interface Actor {
  actorId?: number
  origin: Origin
}

export const aboutEvent = ({ id, kind, type, accountId }: EventEntry, { actorId }: Actor) => ({
  actorId,
  userId: accountId ?? undefined,
  // PostgreSQL refuses NUL, and a dead letter can hold anything.
  details: { event_id: id.replaceAll('\0', ''), kind, type: type.replaceAll('\0', '') },
})

/** What the bus has done can't be undone, so a failure from here on has to say that it was. */
export const afterwards = async (
  transact: Transact,
  { origin }: Actor,
  what: string,
  record: (store: Store) => Promise<unknown>,
) => {
  try {
    await transact(origin, record)
  } catch (cause) {
    throw createUnavailable(`${what}, but that could not be written to the audit log`, cause)
  }
}
