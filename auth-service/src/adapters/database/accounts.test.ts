import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { eq } from '@accounts/shared/database/operators'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../ports.ts'
import { later, newAccount, now, openStore, type OpenedStore, times } from './testing/open-store.ts'
import { nowhere } from '../../domain/audit.ts'

describeDialects('accounts', (createDatabase) => {
  let opened: OpenedStore
  beforeAll(async () => {
    opened = await openStore(createDatabase)
  })
  afterAll(async () => {
    await opened.drop()
  })

  const inAccounts = async <Result>(work: (accounts: Store['accounts']) => Promise<Result>) =>
    opened.transact(nowhere, async (store) => work(store.accounts))
  const readRow = async (id: number) => {
    const { authInfo } = opened.tables
    const [row] = await opened.query.select().from(authInfo).where(eq(authInfo.id, id))
    return row
  }

  test('a new account is active, at its first security version, and has the role everybody has', async () => {
    const account = await opened.register('New_One')
    expect(account).toEqual({
      id: expect.any(Number),
      login: 'New_One',
      email: 'New_One@example.com',
      displayName: 'John Doe',
      isActive: true,
      securityVersion: 1,
      roles: ['user'],
      permissions: [],
    })
    expect(await inAccounts(async (accounts) => accounts.find(account.id))).toEqual(account)
    expect(await readRow(account.id)).toMatchObject({ createdAt: now, updatedAt: now, lastLoginAt: null })
    expect(await inAccounts(async (accounts) => accounts.find(987_654))).toBeNull()
  })

  test('an account has the roles that were granted to it, and only those', async () => {
    const { id } = await opened.register('with_roles')
    const other = await opened.register('without_roles')
    const grants = ['support', 'admin'].map((role) => ({ userId: id, role, grantedAt: now }))
    await opened.query.insert(opened.tables.userRoles).values(grants)
    const roles = ['admin', 'support', 'user']
    expect(await inAccounts(async (accounts) => accounts.find(id))).toMatchObject({ roles })
    expect(await inAccounts(async (accounts) => accounts.recordLogin(id, 'first hash', now))).toMatchObject({
      roles,
    })
    expect(await inAccounts(async (accounts) => accounts.find(other.id))).toMatchObject({ roles: ['user'] })
  })

  test.each([
    ['login', newAccount('Same_Login', 'one@example.com'), newAccount('sAME_lOGIN', 'two@example.com')],
    ['address', newAccount('first', 'Same@Example.com'), newAccount('second', 'sAME@eXAMPLE.COM')],
  ])('of two that take the same %s at once, in different case, one gets it', async (_, one, two) => {
    const insert = async (index: number) =>
      inAccounts(async (accounts) => accounts.insert(index % 2 === 0 ? one : two))
    const answers = await times(20, insert)
    expect(answers.filter((account) => account !== null)).toHaveLength(1)
  })

  test('a login is recorded for an active account whose password is still the verified one', async () => {
    const { id } = await opened.register('records')
    const record = async (hash: string) =>
      inAccounts(async (accounts) => accounts.recordLogin(id, hash, later(5)))
    expect(await record('another hash')).toBeNull()
    expect(await readRow(id)).toMatchObject({ lastLoginAt: null })
    expect(await record('first hash')).toMatchObject({ id, login: 'records', roles: ['user'] })
    expect(await readRow(id)).toMatchObject({ lastLoginAt: later(5) })
    await inAccounts(async (accounts) => accounts.deactivate(id, now))
    expect(await record('first hash')).toBeNull()
  })

  test('a password changes once for one verified password, and begins a new security version', async () => {
    const { id } = await opened.register('changes')
    const change = async (index: number) =>
      inAccounts(async (accounts) => accounts.changePassword(id, 'first hash', `hash ${index}`, later(7)))
    const answers = await times(10, change)
    expect(answers.filter((account) => account !== null)).toMatchObject([{ id, securityVersion: 2 }])
    const winner = answers.findIndex((account) => account !== null)
    expect(await readRow(id)).toMatchObject({
      hashedPassword: `hash ${winner}`,
      securityVersion: 2,
      updatedAt: later(7),
    })
  })

  test('the password of a deactivated account does not change', async () => {
    const { id } = await opened.register('stays')
    await inAccounts(async (accounts) => accounts.deactivate(id, now))
    const changed = inAccounts(async (accounts) => accounts.changePassword(id, 'first hash', 'new', now))
    expect(await changed).toBeNull()
    expect(await readRow(id)).toMatchObject({ hashedPassword: 'first hash', securityVersion: 2 })
  })

  test('a rehash keeps the security version, and does nothing once the password has changed', async () => {
    const { id } = await opened.register('rehashes')
    await inAccounts(async (accounts) => accounts.rehash(id, 'first hash', 'harder hash'))
    expect(await readRow(id)).toMatchObject({ hashedPassword: 'harder hash', securityVersion: 1 })
    await inAccounts(async (accounts) => accounts.rehash(id, 'first hash', 'too late'))
    expect(await readRow(id)).toMatchObject({ hashedPassword: 'harder hash' })
  })

  test('an account is deactivated once, which begins a new security version', async () => {
    const { id } = await opened.register('leaves')
    const bystander = await opened.register('bystander')
    const deactivate = async () => inAccounts(async (accounts) => accounts.deactivate(id, later(3)))
    const answers = await times(10, deactivate)
    expect(answers.filter((account) => account !== null)).toMatchObject([
      { id, isActive: false, securityVersion: 2 },
    ])
    expect(await readRow(id)).toMatchObject({ isActive: false, securityVersion: 2, updatedAt: later(3) })
    expect(await readRow(bystander.id)).toMatchObject({ isActive: true, securityVersion: 1 })
    expect(await inAccounts(async (accounts) => accounts.deactivate(987_654, now))).toBeNull()
  })
})
