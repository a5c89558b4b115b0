import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createRequire } from 'node:module'
import { type Dialect, dialects } from '@accounts/shared/database/columns'
import { type DatabaseProject, repositoryRoot } from './projects.ts'
import { isSchemaAhead, readJournal } from './snapshots.ts'

const toolsFolder = path.join(repositoryRoot, 'tools')

type Terminal = 'inherit' | 'ignore'

interface GenerateNeeds {
  project: DatabaseProject
  /** Becomes part of the file names; without, `initial` or `change`. */
  name?: string | undefined
  /** What drizzle-kit is given of our terminal: with it, a person can answer its questions. */
  terminal?: Terminal
}

/** Writes the missing migrations of one project, for both dialects under the same number and name. */
export const generateMigrations = async ({
  project,
  name,
  terminal = 'inherit',
}: GenerateNeeds): Promise<Dialect[]> => {
  const ahead: Dialect[] = []
  for (const dialect of dialects) {
    if (!(await isSchemaAhead(project, dialect))) continue
    ahead.push(dialect)
    await writeMigration({ project, dialect, name, terminal, isEmpty: false })
    // drizzle-kit ends with 0 even when it could not ask its question.
    if (await isSchemaAhead(project, dialect))
      throw new Error(
        `${project.name}: drizzle-kit wrote no ${dialect} migration; if something was renamed it has to ask: run pnpm db:generate at a terminal`,
      )
  }
  await fillGap(project, terminal)
  return ahead
}

/** A change that only one dialect can see leaves an empty migration in the other, so that the numbers stay equal. */
const fillGap = async (project: DatabaseProject, terminal: Terminal) => {
  const journals = await readJournals(project)
  const longest = Math.max(...Object.values(journals).map(({ length }) => length))
  for (const dialect of dialects)
    if (journals[dialect].length === longest - 1)
      await writeMigration({ project, dialect, terminal, isEmpty: true })
}

interface WriteNeeds extends GenerateNeeds {
  terminal: Terminal
  dialect: Dialect
  isEmpty: boolean
}

const writeMigration = async ({ project, dialect, name, terminal, isEmpty }: WriteNeeds) => {
  const journals = await readJournals(project)
  const index = journals[dialect].length
  const twin = dialects.map((other) => journals[other][index]?.tag).find((tag) => tag !== undefined)
  const drizzleName = dialect === 'postgres' ? 'postgresql' : dialect
  const parameters = [
    'generate',
    `--dialect=${drizzleName}`,
    `--schema=${path.join(project.schemaFolder, `schema.${dialect}.ts`)}`,
    // It puts ./ before the path, so an absolute one would not be found again.
    `--out=${path.relative(toolsFolder, path.join(project.migrationsFolder, dialect))}`,
    `--name=${twin?.replace(/^\d+_/, '') ?? name ?? (index === 0 ? 'initial' : 'change')}`,
    ...(isEmpty ? ['--custom'] : []),
  ]
  await runDrizzleKit(parameters, terminal)
}

const readJournals = async (project: DatabaseProject) => ({
  postgres: await readJournal(project, 'postgres'),
  sqlite: await readJournal(project, 'sqlite'),
})

const runDrizzleKit = async (parameters: string[], terminal: Terminal) => {
  const program = path.join(path.dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs')
  const child = spawn(process.execPath, ['--conditions=@accounts/source', program, ...parameters], {
    cwd: toolsFolder,
    stdio: terminal,
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`drizzle-kit ended with ${code ?? 'a signal'}`)
}
