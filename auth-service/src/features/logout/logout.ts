import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { revocationOf } from '../../domain/session-revocation.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, Transact, VerifyRefreshToken } from '../../ports.ts'

interface LogoutNeeds {
  verifyRefreshToken: VerifyRefreshToken
  transact: Transact
  issuer: TokenIssuer
  clock: Clock
}

export const createLogout =
  ({ verifyRefreshToken, transact, issuer, clock }: LogoutNeeds) =>
  async ({ refresh_token }: { refresh_token: string }, caller: Caller, origin: Origin) => {
    const { userId, sessionId } = caller
    const refresh = await verifyRefreshToken(refresh_token, { expiredToo: true })
    if (refresh.userId !== userId || refresh.sessionId !== sessionId) throw new ServiceError('token_invalid')

    await transact(origin, async (store) => {
      const ended = await store.sessions.end(sessionId, 'logout', clock())
      if (!ended) return
      await store.blacklist.add([caller, refresh], clock())
      await store.outbox.add(revocationOf(userId, sessionId, issuer))
      await store.audit.add({ action: 'logout', userId, sessionId })
    })
  }

export type Logout = ReturnType<typeof createLogout>
