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
      const [found] = await standing(database, { sessionId, tokenId })
      if (found?.id !== userId) return null
      if (securityVersion !== undefined && securityVersion !== found.securityVersion) return null
      const { id, login, email, displayName } = found
      return { id, login, email, displayName, isActive: true, securityVersion: found.securityVersion }
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
    // Nobody who is let in is deactivated, so that is not read once more.
    const { isActive, ...columns } = accountColumns(tables)
    return query
      .select(columns)
      .from(sessions)
      .innerJoin(authInfo, eq(authInfo.id, sessions.userId))
      .leftJoin(tokenBlacklist, eq(tokenBlacklist.jti, given.tokenId))
      .where(
        and(
          eq(sessions.id, given.sessionId),
          isNull(sessions.endedAt),
          eq(isActive, true),
          isNull(tokenBlacklist.id),
        ),
      )
  },
)
