import { createPostgresDatabase, createSqliteDatabase, type TestDatabase } from '../../testing/databases.ts'
import { describeEmbedded, describeOn } from '../../testing/engines.ts'

type CreateDatabase = () => Promise<TestDatabase>

/** The same suite on both dialects, each with empty databases of its own. */
export const describeDialects = (suite: string, body: (createDatabase: CreateDatabase) => void) => {
  describeEmbedded('sqlite', suite, () => body(createSqliteDatabase))
  describeOn('postgres', suite, ({ TEST_POSTGRES_URL }) =>
    body(async () => createPostgresDatabase(TEST_POSTGRES_URL)),
  )
}
