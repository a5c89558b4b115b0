import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import type { EndAllSessions } from './end-all-sessions.ts'
import type { EndOtherSessions } from './end-other-sessions.ts'

interface EndNeeds {
  endAllSessions: EndAllSessions
  endOtherSessions: EndOtherSessions
}

/** All sessions of an account, whosever it is, but the one that asks. False: there was no other. */
export const createEndAllButThis = ({ endAllSessions, endOtherSessions }: EndNeeds) => {
  const endOwn = async (caller: Caller, origin: Origin) =>
    endOtherSessions(caller, origin).catch((error: unknown) => {
      if (error instanceof ServiceError && error.code === 'token_revoked') return null
      throw error
    })

  return async (userId: number, caller: Caller, origin: Origin): Promise<boolean> => {
    const ended = userId === caller.userId ? await endOwn(caller, origin) : null
    if (ended !== null) return ended > 0
    // Of somebody else; or the one that asks has ended since it was let in, and nothing is to be kept.
    await endAllSessions(userId, caller.userId, origin)
    return true
  }
}
