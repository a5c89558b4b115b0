import { and, eq, lt, or } from '@accounts/shared/database/operators'
import type { Clock, Lease } from '../../ports.ts'
import type { AuthDatabase } from './tables.ts'

interface LeaseNeeds {
  database: AuthDatabase
  clock: Clock
  name: string
  /** This process, and no other. */
  holder: string
  milliseconds: number
}

/** A row that says who and until when: the same on both dialects, and nothing that a stopped process could keep. */
export const createLease = ({ database, clock, name, holder, milliseconds }: LeaseNeeds): Lease => {
  const { query, tables } = database
  const { leases } = tables
  let heldUntil = 0

  const take = async (now: number): Promise<boolean> => {
    const expiresAt = new Date(now + milliseconds)
    const mine = { name, holder, expiresAt }
    const kept = await query
      .update(leases)
      .set({ holder, expiresAt })
      .where(and(eq(leases.name, name), or(eq(leases.holder, holder), lt(leases.expiresAt, new Date(now)))))
      .returning({ name: leases.name })
    if (kept.length > 0) return true
    const begun = await query
      .insert(leases)
      .values(mine)
      .onConflictDoNothing()
      .returning({ name: leases.name })
    return begun.length > 0
  }

  return {
    isHeld: () => clock().getTime() < heldUntil,
    hold: async () => {
      const now = clock().getTime()
      // As long as half of it is left there is nothing to write.
      if (heldUntil - now > milliseconds / 2) return true
      const taken = await take(now)
      heldUntil = taken ? now + milliseconds : 0
      return taken
    },
    release: async () => {
      heldUntil = 0
      await query.delete(leases).where(and(eq(leases.name, name), eq(leases.holder, holder)))
    },
  }
}
