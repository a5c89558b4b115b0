import { ServiceError } from '@accounts/shared/errors/service-error'
import type { Origin } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import type { Clock, Lookup, PasswordHasher, Transact } from '../../ports.ts'

interface ChangeNeeds {
  lookup: Lookup
  transact: Transact
  passwords: PasswordHasher
  clock: Clock
}

interface PasswordChange {
  current_password: string
  new_password: string
}

export const createChangePassword = ({ lookup, transact, passwords, clock }: ChangeNeeds) => {
  const refuse = async (reason: string, { userId, sessionId }: Caller, origin: Origin): Promise<never> => {
    await transact(origin, async (store) =>
      store.audit.add({ action: 'password change refused', reason, userId, sessionId }),
    )
    throw new ServiceError('wrong_credentials')
  }

  return async (
    { current_password, new_password }: PasswordChange,
    caller: Caller,
    origin: Origin,
  ): Promise<void> => {
    const { userId, sessionId } = caller
    const account = await lookup.accountWithPassword(userId)
    if (account === null) throw new ServiceError('token_revoked')
    const verdict = await passwords.verify(account.hashedPassword, current_password)
    if (verdict === 'wrong') return refuse('wrong password', caller, origin)
    if (new_password === current_password)
      throw new ServiceError('validation_failed', {
        errors: [{ path: 'new_password', message: 'Has to differ from the current one' }],
      })

    const newHash = await passwords.hash(new_password)
    const changed = await transact(origin, async (store) => {
      const now = clock()
      const updated = await store.accounts.changePassword(userId, account.hashedPassword, newHash, now)
      if (updated === null) return false
      await store.sessions.endAllOf(userId, 'password changed', now, sessionId)
      await store.outbox.add({
        event_type: 'Password Change',
        auth_id: userId,
        ver: updated.securityVersion,
      })
      await store.audit.add({ action: 'password changed', userId, sessionId })
      return true
    })
    if (!changed) return refuse('changed meanwhile', caller, origin)
  }
}

export type ChangePassword = ReturnType<typeof createChangePassword>
