import type { Introspection } from '@accounts/shared/tokens/introspection'
import type { Standing } from '@accounts/shared/tokens/authenticate'
import type { Caller } from '../domain/caller.ts'
import type { Clock, EventLink, Lookup, Profiles } from '../ports.ts'

interface StandingNeeds {
  lookup: Lookup
  profiles: Profiles
  link: EventLink
  introspection: Introspection
  /** How long the link may be down before the own database is trusted no more; 0: it always is. */
  staleSeconds: number
  clock: Clock
}

/** Own knowledge, one query, as long as news arrives; auth-service's when it has not for too long. */
export const createStanding = ({
  lookup,
  profiles,
  link,
  introspection,
  staleSeconds,
  clock,
}: StandingNeeds): Standing<Caller> => {
  const isOutOfDate = () => {
    if (staleSeconds === 0) return false
    const status = link.status()
    return !status.consuming && clock().getTime() - status.since >= staleSeconds * 1000
  }

  return async (principal, token) => {
    const known = await lookup.standing(principal)
    if (known === null) return null
    if (isOutOfDate() && !(await introspection.isActive(token))) return null
    // Whoever has just registered has a profile at once, however long the news of the account takes.
    const profile = known.profile ?? (await profiles.make(principal))
    return profile && Object.assign(principal, { profile })
  }
}
