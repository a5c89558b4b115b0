import { ServiceError } from '@accounts/shared/errors/service-error'
import { presentUser } from '../../domain/account.ts'
import type { Origin } from '../../domain/audit.ts'
import type { Registration } from '../../domain/registration.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, Lookup, PasswordHasher, Transact } from '../../ports.ts'

interface RegisterNeeds {
  lookup: Lookup
  transact: Transact
  passwords: Pick<PasswordHasher, 'hash'>
  issuer: TokenIssuer
  clock: Clock
}

export const createRegister = ({ lookup, transact, passwords, issuer, clock }: RegisterNeeds) => {
  const refuseTaken = async ({ login, email }: Pick<Registration, 'login' | 'email'>) => {
    if (await lookup.isTaken({ login })) throw new ServiceError('login_taken')
    if (await lookup.isTaken({ email })) throw new ServiceError('email_taken')
  }

  return async ({ display_name, login, email, password }: Registration, origin: Origin) => {
    // Before the hashing, which is dear. Who is right when two come at once is decided by the insert.
    await refuseTaken({ login, email })
    const hashedPassword = await passwords.hash(password)

    const opened = await transact(origin, async (store) => {
      const account = await store.accounts.insert({
        login,
        email,
        displayName: display_name,
        hashedPassword,
        createdAt: clock(),
      })
      if (account === null) return null
      const session = issuer.startSession(account.id, origin)
      await store.sessions.insert(session)
      await store.audit.add({
        action: 'registered',
        userId: account.id,
        sessionId: session.id,
      })
      await store.outbox.add({ event_type: 'Register', auth_id: account.id, display_name })
      // Signed before the commit: who cannot be given tokens has not registered, and nothing keeps the event from leaving.
      return { user: presentUser(account), token_pair: issuer.pairOf(session, account) }
    })
    if (opened === null) {
      await refuseTaken({ login, email })
      // Whoever took it is gone again: there is no such thing yet as an account that is deleted.
      throw new ServiceError('unavailable')
    }
    return opened
  }
}

export type Register = ReturnType<typeof createRegister>
