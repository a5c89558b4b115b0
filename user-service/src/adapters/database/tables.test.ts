import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrationsFolder } from './migrations-folder.ts'
import { defineTables } from './tables.ts'

const now = new Date('2026-01-02T03:04:05.678Z')

describeDialects('tables of user-service', (createDatabase) => {
  const open = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(async () => {
    await opened.drop()
  })

  test('an account has one profile', async () => {
    const { query, tables } = opened.database
    const profile = { authId: 7, displayName: 'Анна Мария', isActive: true, createdAt: now, updatedAt: now }
    const add = async () =>
      query.insert(tables.userProfiles).values(profile).onConflictDoNothing().returning()
    expect(await add()).toMatchObject([{ ...profile, bio: null }])
    expect(await add()).toEqual([])
  })
})
