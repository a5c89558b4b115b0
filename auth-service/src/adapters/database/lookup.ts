import { and, eq, isNull, type SQL } from '@accounts/shared/database/operators'
import { defineStatement } from '@accounts/shared/database/statement'
import { identityKey, isEmail } from '../../domain/account.ts'
import type { Lookup } from '../../ports.ts'
import { accountColumns } from './account-columns.ts'
import type { AuthDatabase, Scope } from './tables.ts'

export const createLookup = ({ database }: { database: AuthDatabase }): Lookup => {
  const findByIdentity = async (byIdentity: typeof byLogin, loginOrEmail: string) => {
    // PostgreSQL refuses NUL, with an error that would be a 500.
    if (loginOrEmail.includes('\0')) return null
    const [account] = await byIdentity(database, { value: identityKey(loginOrEmail) })
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
      const [account] = await byId(database, { value: id })
      return account ?? null
    },
    standing: async ({ userId, sessionId, tokenId, securityVersion }) => {
      const [account] = await standing(database, { sessionId, tokenId })
      if (account?.id !== userId) return null
      return securityVersion === undefined || securityVersion === account.securityVersion ? account : null
    },
  }
}

type AuthInfo = Scope['tables']['authInfo']

const accountWhere = <Value>(isIt: (authInfo: AuthInfo, value: Value) => SQL) =>
  defineStatement(({ query, tables }: Scope, given: { value: Value }) =>
    query
      .select({ ...accountColumns(tables), hashedPassword: tables.authInfo.hashedPassword })
      .from(tables.authInfo)
      .where(isIt(tables.authInfo, given.value)),
  )

const byLogin = accountWhere(({ loginKey }, login: string) => eq(loginKey, login))
const byEmail = accountWhere(({ emailKey }, email: string) => eq(emailKey, email))
const byId = accountWhere((authInfo, id: number) => eq(authInfo.id, id))

/**
 * Asked with every request that carries a token. Whose session it is, is looked at afterwards: as a condition here it
 * would invite PostgreSQL to read all sessions of the account. No token outlives its session, so whether that is over
 * need not be asked.
 */
const standing = defineStatement(
  ({ query, tables }: Scope, given: { sessionId: string; tokenId: string }) => {
    const { authInfo, sessions, tokenBlacklist } = tables
    return query
      .select(accountColumns(tables))
      .from(sessions)
      .innerJoin(authInfo, eq(authInfo.id, sessions.userId))
      .leftJoin(tokenBlacklist, eq(tokenBlacklist.jti, given.tokenId))
      .where(
        and(
          eq(sessions.id, given.sessionId),
          isNull(sessions.endedAt),
          eq(authInfo.isActive, true),
          isNull(tokenBlacklist.id),
        ),
      )
  },
)
