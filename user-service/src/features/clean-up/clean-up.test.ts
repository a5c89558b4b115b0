import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { createLogger } from '@accounts/shared/logging/logger'
import { expect, test } from 'vitest'
import { createRemoval } from '../../adapters/database/clean-up.ts'
import { migrationsFolder } from '../../adapters/database/migrations-folder.ts'
import { defineTables } from '../../adapters/database/tables.ts'
import { createCleanUp } from './clean-up.ts'

const now = new Date('2026-03-01T00:00:00.000Z')
const before = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const day = 86_400

describeDialects('cleaning up', (createDatabase) => {
  test('forgets what is over in batches, and nothing else', async () => {
    const { database, drop } = await openMigrated({ createDatabase, migrationsFolder, defineTables })
    const { query, tables } = database
    const ages = { old: 14 * day + 1, older: 20 * day, oldest: 30 * day, young: 14 * day - 1 }
    const messages = Object.entries(ages).map(([messageId, seconds]) => ({
      ...{ messageId, authId: 1, version: 1 },
      receivedAt: before(seconds),
    }))
    await query.insert(tables.inbox).values(messages)
    await query.insert(tables.revokedSessions).values([
      { sessionId: 'over', authId: 1, expiresAt: before(1) },
      { sessionId: 'alive', authId: 1, expiresAt: before(-1) },
    ])
    const removeExpired = createRemoval({ database, clock: () => now, batchSize: 1, maxBatches: 2 })
    const cleanUp = createCleanUp({
      removeExpired,
      logger: createLogger({ service: 'test', level: 'silent' }),
    })
    const left = async () => (await query.select().from(tables.inbox)).map(({ messageId }) => messageId)

    await cleanUp()
    expect((await left()).toSorted()).toEqual(['old', 'young'])
    await cleanUp()
    expect(await left()).toEqual(['young'])
    expect(await query.select().from(tables.revokedSessions)).toMatchObject([{ sessionId: 'alive' }])
    await drop()
  })
})
