import { type Dialect, dialects } from '@accounts/shared/database/columns'
import { migrateDatabase } from '@accounts/shared/database/migrate'
import {
  createPostgresDatabase,
  createSqliteDatabase,
  type TestDatabase,
} from '@accounts/shared/testing/databases'
import { type DatabaseProject, databaseProjects } from './projects.ts'
import { type Shape, shapeOfDatabase, shapeOfSchema } from './shape.ts'
import { isSchemaAhead, readJournal, readSchema } from './snapshots.ts'

interface DriftNeeds {
  projects?: DatabaseProject[]
  /** Without it the PostgreSQL migrations are compared with the code, but not applied. */
  postgresUrl?: string | undefined
}

/** Do tables, migrations of both dialects and what they make of an empty database agree? Tells what does not. */
export const checkDrift = async (
  { projects = databaseProjects(), postgresUrl }: DriftNeeds = {
    postgresUrl: process.env['TEST_POSTGRES_URL'],
  },
): Promise<string[]> => {
  const problems = await Promise.all(projects.map(async (project) => checkProject(project, postgresUrl)))
  return problems.flat()
}

const checkProject = async (project: DatabaseProject, postgresUrl: string | undefined) => {
  const inFiles = await checkFiles(project)
  // The databases would only say again what the files said.
  const problems = inFiles.length > 0 ? inFiles : await checkDatabases(project, postgresUrl)
  return problems.map((problem) => `${project.name}: ${problem}`)
}

const checkFiles = async (project: DatabaseProject): Promise<string[]> => {
  const problems: string[] = []
  const names: Partial<Record<Dialect, string>> = {}
  for (const dialect of dialects) {
    const journal = await readJournal(project, dialect)
    names[dialect] = journal.map(({ tag }) => tag).join(', ')
    if (journal.length === 0) problems.push(`there are no ${dialect} migrations: run pnpm db:generate`)
    else if (await isSchemaAhead(project, dialect))
      problems.push(`the ${dialect} migrations lag behind the tables: run pnpm db:generate`)
  }
  if (names.postgres !== names.sqlite)
    problems.push(
      `the dialects have different migrations: postgres ${names.postgres}; sqlite ${names.sqlite}`,
    )
  return problems
}

const checkDatabases = async (
  project: DatabaseProject,
  postgresUrl: string | undefined,
): Promise<string[]> => {
  const code = {
    postgres: await readSchema(project, 'postgres'),
    sqlite: await readSchema(project, 'sqlite'),
  }
  const problems = findDifferences({
    'the postgres tables': shapeOfSchema(code.postgres, { withTypes: false }),
    'the sqlite tables': shapeOfSchema(code.sqlite, { withTypes: false }),
  })
  const creators = {
    sqlite: createSqliteDatabase,
    ...(postgresUrl !== undefined && { postgres: async () => createPostgresDatabase(postgresUrl) }),
  }
  for (const dialect of dialects) {
    const create = creators[dialect]
    if (!create) continue
    const differences = findDifferences({
      'the code': shapeOfSchema(code[dialect], { withTypes: true }),
      [`a migrated ${dialect} database`]: await migratedShape(project, create),
    })
    problems.push(...differences)
  }
  return problems
}

/** Applies all migrations to an empty database and looks at what came of it. */
const migratedShape = async (
  { migrationsFolder }: DatabaseProject,
  create: () => Promise<TestDatabase>,
): Promise<Shape> => {
  const database = await create()
  try {
    await migrateDatabase({ url: database.url, folder: migrationsFolder })
    return await shapeOfDatabase(database.url)
  } catch (error) {
    return [`the migrations fail: ${error instanceof Error ? error.message : 'unknown reason'}`]
  } finally {
    await database.drop()
  }
}

/** What one of two has and the other has not. */
const findDifferences = (shapes: Record<string, Shape>): string[] =>
  Object.entries(shapes).flatMap(([name, shape]) =>
    shape
      .filter((line) => Object.values(shapes).some((other) => !other.includes(line)))
      .map((line) => `only in ${name}: ${line}`),
  )
