import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrationsFolder } from './migrations-folder.ts'
import { defineTables } from './tables.ts'

const now = new Date('2026-01-02T03:04:05.678Z')

const account = (login: string, email: string) => ({
  login,
  loginKey: login.toLowerCase(),
  email,
  emailKey: email.toLowerCase(),
  hashedPassword: 'a hash',
  isActive: true,
  securityVersion: 1,
  createdAt: now,
  updatedAt: now,
})

describeDialects('tables of auth-service', (createDatabase) => {
  const open = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(async () => {
    await opened.drop()
  })

  test('a login and an address are taken without regard to case', async () => {
    const { query, tables } = opened.database
    const add = async (login: string, email: string) =>
      query.insert(tables.authInfo).values(account(login, email)).onConflictDoNothing().returning()
    expect(await add('John_Doe', 'John@example.com')).toMatchObject([{ login: 'John_Doe' }])
    expect(await add('john_doe', 'other@example.com')).toEqual([])
    expect(await add('other', 'john@EXAMPLE.com')).toEqual([])
    expect(await add('other', 'other@example.com')).toHaveLength(1)
  })

  test('a token is blacklisted once', async () => {
    const { query, tables } = opened.database
    const token = { jti: 'one', userId: 1, expiresAt: now, blacklistedAt: now }
    const add = async () =>
      query.insert(tables.tokenBlacklist).values(token).onConflictDoNothing().returning()
    expect(await add()).toMatchObject([token])
    expect(await add()).toEqual([])
  })
})
