import { asc, count } from '@accounts/shared/database/operators'
import type { ReadPending } from '../../ports.ts'
import type { UserDatabase } from './tables.ts'

/** Counting is asked for at each scrape, and there is no difference between many and too many. */
const mostCounted = 10_000

export const createReadPending = ({
  database: { query, tables },
}: {
  database: UserDatabase
}): ReadPending => {
  const { pendingEvents } = tables
  return async () => {
    const some = query
      .select({ version: pendingEvents.version })
      .from(pendingEvents)
      .limit(mostCounted)
      .as('some')
    const [counted] = await query.select({ events: count() }).from(some)
    const [oldest] = await query
      .select({ receivedAt: pendingEvents.receivedAt })
      .from(pendingEvents)
      .orderBy(asc(pendingEvents.receivedAt))
      .limit(1)
    return { events: counted?.events ?? 0, oldest: oldest?.receivedAt ?? null }
  }
}
