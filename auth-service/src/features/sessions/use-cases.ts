import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, SessionPage, Transact } from '../../ports.ts'
import { createEndAllSessions } from './end-all-sessions.ts'
import { createEndOtherSessions } from './end-other-sessions.ts'
import { createEndSession } from './end-session.ts'
import { createListSessions } from './list-sessions.ts'

interface SessionNeeds {
  sessionPage: SessionPage
  transact: Transact
  issuer: TokenIssuer
  clock: Clock
}

export const createSessionUseCases = (needs: SessionNeeds) => ({
  listSessions: createListSessions(needs),
  endSession: createEndSession(needs),
  endOtherSessions: createEndOtherSessions(needs),
  endAllSessions: createEndAllSessions(needs),
})

export type SessionUseCases = ReturnType<typeof createSessionUseCases>
