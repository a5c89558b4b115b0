import { expect, test } from 'vitest'
import { createPostgresDatabase, runAsSuperuser } from '../testing/databases.ts'
import { describeOn } from '../testing/engines.ts'
import { migrateDatabase } from './migrate.ts'
import { openSamples, sample, sampleMigrations } from './testing/samples.ts'

describeOn('postgres', 'what only a server has', ({ TEST_POSTGRES_URL }) => {
  const createDatabase = async () => createPostgresDatabase(TEST_POSTGRES_URL)

  test('of eight that migrate at the same moment one does, and all go on', async () => {
    const { url, drop } = await createDatabase()
    const migrate = async () => migrateDatabase({ url, folder: sampleMigrations })
    const applied = (await Promise.all(Array.from({ length: 8 }, migrate))).flatMap(
      (answer) => answer.applied,
    )
    expect(applied).toEqual(['0000_initial'])
    await drop()
  })

  test('JSON is stored as JSON, not as a text that holds it', async () => {
    const { database, samples, url, drop } = await openSamples(createDatabase)
    const details = { tags: [], depth: { level: 1, note: null } }
    await database.query.insert(samples).values({ ...sample('json'), details })
    expect(await runAsSuperuser(url, 'select jsonb_typeof(details) as kind from samples')).toEqual([
      { kind: 'object' },
    ])
    await drop()
  })

  test('the connections carry the name of the application', async () => {
    const { database, drop } = await openSamples(createDatabase, { applicationName: 'named by test' })
    const ask = `select 1 from pg_stat_activity where application_name = 'named by test'`
    expect(await runAsSuperuser(TEST_POSTGRES_URL, ask)).not.toEqual([])
    expect(database.engine).toMatch(/^PostgreSQL \d+/)
    await drop()
  })
})
