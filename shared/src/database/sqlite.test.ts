import { execFile } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSqliteDatabase } from '../testing/databases.ts'
import { openDatabase } from './open.ts'
import { openEngine } from './open-engine.ts'
import { openSqliteFile } from './sqlite-driver.ts'
import { openSamples, sample } from './testing/samples.ts'
import { defineTables } from './testing/tables.ts'

describe('a database URL', () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'accounts-sqlite-'))
  })
  afterAll(async () => {
    await rm(folder, { recursive: true })
  })
  const failure = async (url: string) =>
    openDatabase({ url, defineTables }).then(
      () => 'no error',
      (error: unknown) => String(error),
    )

  test('creates the folder of a SQLite file', async () => {
    const file = path.join(folder, 'not/yet/there.db')
    const database = await openDatabase({ url: `sqlite:${file}`, defineTables })
    await database.ping()
    expect(database.engine).toMatch(/^SQLite 3\.\d+$/)
    await database.close()
    expect((await readFile(file)).subarray(0, 15).toString()).toBe('SQLite format 3')
  })

  test('waits for who is about to make the same file into a database', async () => {
    const file = path.join(folder, 'contended.db')
    const other = await openSqliteFile(file, {})
    other.exec('begin immediate')
    const opening = openDatabase({ url: `sqlite:${file}`, defineTables })
    await delay(100)
    other.exec('commit')
    const database = await opening
    await database.ping()
    await database.close()
    expect(other.pragma('journal_mode', { simple: true })).toBe('wal')
    other.close()
  })

  test('of a file that cannot be opened says which file, why and what to do, in one line', async () => {
    const taken = path.join(folder, 'taken')
    await writeFile(taken, 'this is no database, it is a text of more than a hundred bytes '.repeat(20))
    const files = [
      path.join(taken, 'in-a-file.db'),
      taken,
      folder,
      // Not even root may create a file there.
      '/proc/accounts.db',
    ]
    for (const file of files) {
      const message = await failure(`sqlite:${file}`)
      expect(message).toContain(`StartError: cannot open the SQLite file ${file} (`)
      expect(message).toContain('let this user write to its folder, or name another file in the database URL')
      expect(message).not.toContain('\n')
    }
  })

  test('of a file or folder that may not be written is refused at once, not at the first write', async () => {
    const locked = path.join(folder, 'locked')
    const existing = path.join(locked, 'existing.db')
    const engine = await openEngine(`sqlite:${existing}`)
    await engine.close()
    await chmod(folder, 0o755)
    await chmod(locked, 0o555)
    const files = [existing, path.join(locked, 'new.db'), path.join(locked, 'sub/new.db')]
    const program = path.join(import.meta.dirname, 'testing/open-as-nobody.ts')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--import',
        'tsx',
        '--conditions=@accounts/source',
        program,
        path.join(folder, 'scratch.db'),
        ...files,
      ],
      { timeout: 15_000 },
    )
    await chmod(locked, 0o755)
    expect(stdout.trimEnd().split('\n')).toEqual(
      files.map((file) => expect.stringContaining(`StartError: cannot open the SQLite file ${file} (`)),
    )
  })

  test.each([
    '',
    'accounts.db',
    'mysql://root:hunter2@127.0.0.1/accounts',
    'postgresql+asyncpg://a:hunter2@b/c',
  ])('of an unknown kind is refused with what to write instead: %s', async (url) => {
    const message = await failure(url)
    expect(message).toContain('write sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/NAME')
    expect(message).not.toContain('hunter2')
  })

  test.each(['sqlite:', 'sqlite::memory:', 'sqlite://data/accounts.db'])(
    'that names no file is refused: %s',
    async (url) => {
      expect(await failure(url)).toContain('the database URL names no SQLite file')
    },
  )
})

describe('a SQLite file', () => {
  test('is written so that a commit survives a power cut', async () => {
    const { url, drop } = await createSqliteDatabase()
    const engine = await openEngine(url)
    const [full, on] = [2, 1]
    await engine.transaction(async (run) => {
      expect(await run('pragma journal_mode', [])).toEqual([['wal']])
      expect(await run('pragma synchronous', [])).toEqual([[full]])
      expect(await run('pragma foreign_keys', [])).toEqual([[on]])
    })
    await engine.close()
    await drop()
  })

  test('that another process keeps locked fails as unavailable, and is written once it is free', async () => {
    const { database, samples, url, drop } = await openSamples(createSqliteDatabase, {
      lockTimeoutMilliseconds: 50,
    })
    const other = await openDatabase({ url, defineTables })
    const insert = async () => database.query.insert(samples).values(sample('waits'))
    const insideOther = async () => {
      await expect(insert()).rejects.toMatchObject({ code: 'unavailable' })
    }
    await other.transaction(insideOther)
    await insert()
    expect(await other.query.select().from(samples)).toHaveLength(1)
    await other.close()
    await drop()
  })
})
