import type { ErrorCode } from '@accounts/shared/errors/codes'
import { ServiceError } from '@accounts/shared/errors/service-error'
import { type AccountWithPassword, presentUser } from '../../domain/account.ts'
import type { Origin } from '../../domain/audit.ts'
import type { Credentials } from '../../domain/registration.ts'
import type { TokenIssuer } from '../../domain/token-issuer.ts'
import type { Clock, Lookup, PasswordHasher, Transact } from '../../ports.ts'

interface LoginNeeds {
  lookup: Lookup
  transact: Transact
  passwords: PasswordHasher
  issuer: TokenIssuer
  clock: Clock
}

export const createLogin = ({ lookup, transact, passwords, issuer, clock }: LoginNeeds) => {
  const refuse = async (code: ErrorCode, reason: string, origin: Origin, userId?: number): Promise<never> => {
    await transact(origin, async (store) => store.audit.add({ action: 'login refused', reason, userId }))
    throw new ServiceError(code)
  }

  /** `null`: the account is no longer what it was when the password was verified. */
  const openSession = async ({ id, hashedPassword }: AccountWithPassword, origin: Origin) =>
    transact(origin, async (store) => {
      const account = await store.accounts.recordLogin(id, hashedPassword, clock())
      if (account === null) return null
      const session = issuer.startSession(id, origin)
      await store.sessions.insert(session)
      await store.audit.add({ action: 'login', userId: id, sessionId: session.id })
      return { user: presentUser(account), token_pair: issuer.pairOf(session, account) }
    })

  const rehash = async ({ id, hashedPassword }: AccountWithPassword, password: string, origin: Origin) => {
    const newHash = await passwords.hash(password)
    await transact(origin, async (store) => store.accounts.rehash(id, hashedPassword, newHash))
  }

  const attempt = async (login: string, password: string, origin: Origin) => {
    const account = await lookup.accountForLogin(login)
    if (account === null) {
      await passwords.verifyNothing(password)
      return refuse('wrong_credentials', 'unknown account', origin)
    }
    const verdict = await passwords.verify(account.hashedPassword, password)
    if (verdict === 'wrong') return refuse('wrong_credentials', 'wrong password', origin, account.id)
    // Said only to who knows the password.
    if (!account.isActive) return refuse('account_deactivated', 'deactivated', origin, account.id)
    const opened = await openSession(account, origin)
    if (opened !== null && verdict === 'outdated')
      // Signed in all the same when there is no time for it now: the next login tries again.
      await rehash(account, password, origin).catch(passUnavailable)
    return opened
  }

  return async ({ login, password }: Credentials, origin: Origin) => {
    // A second time for who was overtaken, by a change of the password or by its hash being renewed.
    const opened = (await attempt(login, password, origin)) ?? (await attempt(login, password, origin))
    if (opened === null) throw new ServiceError('unavailable')
    return opened
  }
}

const passUnavailable = (error: unknown) => {
  if (!(error instanceof ServiceError && error.code === 'unavailable')) throw error
}

export type Login = ReturnType<typeof createLogin>
