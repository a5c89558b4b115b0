import type { Logger } from '@accounts/shared/logging/logger'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, SessionPage, SignedInAccounts, Transact } from '../../ports.ts'
import { createEndAllButThis } from './end-all-but-this.ts'
import { createEndAllSessions } from './end-all-sessions.ts'
import { createEndOtherSessions } from './end-other-sessions.ts'
import { createEndSession } from './end-session.ts'
import { createEndSessionsOfEveryone } from './end-sessions-of-everyone.ts'
import { createListSessions } from './list-sessions.ts'

interface SessionNeeds {
  sessionPage: SessionPage
  signedInAccounts: SignedInAccounts
  transact: Transact
  issuer: TokenIssuer
  clock: Clock
  logger: Logger
}

export const createSessionUseCases = (needs: SessionNeeds) => {
  const endOtherSessions = createEndOtherSessions(needs)
  const endAllSessions = createEndAllSessions(needs)
  return {
    listSessions: createListSessions(needs),
    endSession: createEndSession(needs),
    endOtherSessions,
    endAllSessions,
    endSessionsOfEveryone: createEndSessionsOfEveryone({
      ...needs,
      endThoseOf: createEndAllButThis({ endOtherSessions, endAllSessions }),
    }),
  }
}

export type SessionUseCases = ReturnType<typeof createSessionUseCases>
