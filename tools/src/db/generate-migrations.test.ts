import { cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { dialects } from '@accounts/shared/database/columns'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkDrift } from './drift.ts'
import { generateMigrations } from './generate-migrations.ts'
import { type DatabaseProject, databaseProjects, repositoryRoot } from './projects.ts'

let root: string
let project: DatabaseProject

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'accounts-generate-'))
  const original = databaseProjects().find(({ name }) => name === 'user-service')
  if (!original) throw new Error('user-service has gone')
  project = {
    name: 'copy',
    schemaFolder: path.join(root, 'schema'),
    migrationsFolder: path.join(root, 'migrations'),
  }
  await cp(original.schemaFolder, project.schemaFolder, { recursive: true })
  await cp(original.migrationsFolder, project.migrationsFolder, { recursive: true })
  await symlink(path.join(repositoryRoot, 'tools/node_modules'), path.join(root, 'node_modules'), 'junction')
})
afterEach(async () => {
  await rm(root, { recursive: true })
})

const generate = async (name?: string) => generateMigrations({ project, name, terminal: 'ignore' })

const replaceInTables = async (text: string, replacement: string) => {
  const file = path.join(project.schemaFolder, 'tables.ts')
  const before = await readFile(file, 'utf8')
  expect(before).toContain(text)
  await writeFile(file, before.replace(text, replacement))
}
const filesOf = async (dialect: string) =>
  (await readdir(path.join(project.migrationsFolder, dialect))).filter((name) => name.endsWith('.sql'))

test('nothing is written when nothing changed', async () => {
  expect(await generate()).toEqual([])
  expect(await filesOf('sqlite')).toEqual(await filesOf('postgres'))
})

test('a change is written for both dialects under one name', async () => {
  const before = await filesOf('postgres')
  await replaceInTables(`bio: columns.text('bio'),`, `bio: columns.text('bio'), city: columns.text('city'),`)
  expect(await generate('city')).toEqual([...dialects])
  const added = `${String(before.length).padStart(4, '0')}_city.sql`
  for (const dialect of dialects) expect(await filesOf(dialect)).toEqual([...before, added])
  expect(await checkDrift({ projects: [project] })).toEqual([])
})

test('a change that only one dialect can see leaves an empty migration in the other', async () => {
  await replaceInTables(`counter('auth_id')`, `integer('auth_id')`)
  expect(await generate('one_sided')).toEqual(['postgres'])
  expect(await filesOf('sqlite')).toEqual(await filesOf('postgres'))
  const [last = ''] = (await filesOf('sqlite')).slice(-1)
  expect(await readFile(path.join(project.migrationsFolder, 'sqlite', last), 'utf8')).toMatch(/^-- /)
  expect(await checkDrift({ projects: [project] })).toEqual([])
})

test('a rename, of which drizzle-kit wants to ask, is an error where nobody can answer', async () => {
  const before = await filesOf('postgres')
  await replaceInTables(`columns.text('bio')`, `columns.text('biography')`)
  await expect(generate()).rejects.toThrow('run pnpm db:generate at a terminal')
  expect(await filesOf('postgres')).toEqual(before)
})
