import { and, eq, isNull, Placeholder } from '@accounts/shared/database/operators'
import { identityKey, isEmail } from '../../domain/account.ts'
import type { Clock, Lookup } from '../../ports.ts'
import { accountColumns } from './account-columns.ts'
import type { AuthDatabase } from './tables.ts'

interface LookupNeeds {
  database: AuthDatabase
  clock: Clock
}

export const createLookup = ({ database, clock }: LookupNeeds): Lookup => {
  const { authInfo } = database.tables
  const standing = prepareStanding(database)
  const byLogin = prepareAccount(database, authInfo.loginKey, 'account_by_login')
  const byEmail = prepareAccount(database, authInfo.emailKey, 'account_by_email')
  const byId = prepareAccount(database, authInfo.id, 'account_by_id')

  const findByIdentity = async (byIdentity: typeof byLogin, loginOrEmail: string) => {
    // PostgreSQL refuses NUL, with an error that would be a 500.
    if (loginOrEmail.includes('\0')) return null
    const [account] = await byIdentity.execute({ value: identityKey(loginOrEmail) })
    return account ?? null
  }

  return {
    isTaken: async (what) =>
      (await ('login' in what
        ? findByIdentity(byLogin, what.login)
        : findByIdentity(byEmail, what.email))) !== null,
    accountForLogin: async (loginOrEmail) =>
      findByIdentity(isEmail(loginOrEmail) ? byEmail : byLogin, loginOrEmail),
    accountWithPassword: async (id) => {
      const [account] = await byId.execute({ value: id })
      return account ?? null
    },
    standing: async ({ userId, sessionId, tokenId, securityVersion }) => {
      const [found] = await standing.execute({ sessionId, tokenId })
      if (!found) return null
      const { sessionExpiresAt, ...account } = found
      if (account.id !== userId || sessionExpiresAt <= clock()) return null
      if (securityVersion !== undefined && securityVersion !== account.securityVersion) return null
      return account
    },
  }
}

type AccountKey = 'id' | 'loginKey' | 'emailKey'

/** Prepared once: building the text of a query costs more than asking it. */
const prepareAccount = (
  { query, tables }: AuthDatabase,
  key: AuthDatabase['tables']['authInfo'][AccountKey],
  name: string,
) =>
  query
    .select({ ...accountColumns(tables), hashedPassword: tables.authInfo.hashedPassword })
    .from(tables.authInfo)
    .where(eq(key, new Placeholder('value')))
    .prepare(name)

/**
 * Asked with every request that carries a token. Whose session it is, is looked at afterwards: as a condition here it
 * would invite PostgreSQL to read all sessions of the account.
 */
const prepareStanding = ({ query, tables }: AuthDatabase) => {
  const { authInfo, sessions, tokenBlacklist } = tables
  return query
    .select({ ...accountColumns(tables), sessionExpiresAt: sessions.expiresAt })
    .from(sessions)
    .innerJoin(authInfo, eq(authInfo.id, sessions.userId))
    .leftJoin(tokenBlacklist, eq(tokenBlacklist.jti, new Placeholder('tokenId')))
    .where(
      and(
        eq(sessions.id, new Placeholder('sessionId')),
        isNull(sessions.endedAt),
        eq(authInfo.isActive, true),
        isNull(tokenBlacklist.id),
      ),
    )
    .prepare('standing')
}
