import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AccountWithRoles } from '../../domain/account.ts'
import type { Session } from '../../domain/session.ts'
import type { TokenIdentity } from '../../ports.ts'
import { now, openStore, type OpenedStore } from './testing/open-store.ts'
import { nowhere } from '../../domain/audit.ts'

describeDialects('look-ups', (createDatabase) => {
  let opened: OpenedStore
  let account: Omit<AccountWithRoles, 'roles' | 'permissions'>
  let registered = 0
  beforeAll(async () => {
    opened = await openStore(createDatabase)
  })
  beforeEach(async () => {
    registered += 1
    const { roles: _, permissions: __, ...rest } = await opened.register(`Login_${registered}`)
    account = rest
  })
  afterAll(async () => {
    await opened.drop()
  })

  test('an account is found by login and by address, whatever the case, with its hash', async () => {
    const { lookup } = opened
    const found = { ...account, hashedPassword: 'first hash' }
    expect(await lookup.accountForLogin(account.login.toUpperCase())).toEqual(found)
    expect(await lookup.accountForLogin(account.email.toUpperCase())).toEqual(found)
    expect(await lookup.accountWithPassword(account.id)).toEqual(found)
    expect(await lookup.accountForLogin('nobody')).toBeNull()
    expect(await lookup.accountForLogin('nobody@example.com')).toBeNull()
    expect(await lookup.accountWithPassword(987_654)).toBeNull()
  })

  test('a login and an address are taken whatever their case', async () => {
    const { lookup } = opened
    expect(await lookup.isTaken({ login: account.login.toLowerCase() })).toBe(true)
    expect(await lookup.isTaken({ email: account.email.toLowerCase() })).toBe(true)
    expect(await lookup.isTaken({ login: 'nobody' })).toBe(false)
    expect(await lookup.isTaken({ email: 'nobody@example.com' })).toBe(false)
  })

  test('what cannot be a login is nobody’s, and no failure', async () => {
    const { lookup } = opened
    for (const odd of [`${account.login}\0`, `\0${account.email}`, '\uD800', '', "' or 1=1 --", '%', '_'])
      expect(await lookup.accountForLogin(odd)).toBeNull()
  })

  const identify = (session: Session, details: Partial<TokenIdentity> = {}): TokenIdentity => ({
    userId: account.id,
    sessionId: session.id,
    tokenId: session.accessTokenId,
    securityVersion: 1,
    ...details,
  })

  test('the account behind a living token', async () => {
    const session = await opened.signIn(account.id)
    expect(await opened.lookup.standing(identify(session))).toEqual(account)
  })

  test('a token of an unknown session, or of somebody else’s, is dead', async () => {
    const session = await opened.signIn(account.id)
    const other = await opened.register(`other_${registered}`)
    expect(await opened.lookup.standing(identify(session, { sessionId: 'unknown' }))).toBeNull()
    expect(await opened.lookup.standing(identify(session, { userId: other.id }))).toBeNull()
  })

  test('a token of a session that has ended is dead, one of another session lives on', async () => {
    const [session, other] = [await opened.signIn(account.id), await opened.signIn(account.id)]
    await opened.transact(nowhere, async ({ sessions }) => sessions.end(session.id, 'logout', now))
    expect(await opened.lookup.standing(identify(session))).toBeNull()
    expect(await opened.lookup.standing(identify(other))).toEqual(account)
  })

  test('a token of a deactivated account is dead, even in a session that has not ended', async () => {
    const session = await opened.signIn(account.id)
    await opened.transact(nowhere, async ({ accounts }) => accounts.deactivate(account.id, now))
    expect(await opened.lookup.standing(identify(session, { securityVersion: 2 }))).toBeNull()
  })

  test('a token of another security version is dead; a token that has none is not asked for it', async () => {
    const session = await opened.signIn(account.id)
    await opened.transact(nowhere, async ({ accounts }) =>
      accounts.changePassword(account.id, 'first hash', 'new', now),
    )
    const { securityVersion: _, ...withoutVersion } = identify(session)
    const living = { ...account, securityVersion: 2 }
    expect(await opened.lookup.standing(identify(session))).toBeNull()
    expect(await opened.lookup.standing(identify(session, { securityVersion: 3 }))).toBeNull()
    expect(await opened.lookup.standing(identify(session, { securityVersion: 2 }))).toEqual(living)
    expect(await opened.lookup.standing(withoutVersion)).toEqual(living)
  })

  test('a blacklisted token is dead, its neighbour in the session is not', async () => {
    const session = await opened.signIn(account.id)
    const { accessTokenId: tokenId, refreshTokenId, expiresAt } = session
    await opened.transact(nowhere, async ({ blacklist }) =>
      blacklist.add([{ tokenId, userId: account.id, expiresAt }], now),
    )
    expect(await opened.lookup.standing(identify(session))).toBeNull()
    expect(await opened.lookup.standing(identify(session, { tokenId: refreshTokenId }))).toEqual(account)
  })
})
