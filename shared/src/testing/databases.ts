import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** An empty database that nobody else uses. */
export interface TestDatabase {
  url: string
  /** Removes it, with whoever is still connected. */
  drop(): Promise<void>
}

export const createSqliteDatabase = async (): Promise<TestDatabase> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'accounts-database-'))
  return {
    url: `sqlite:${path.join(folder, 'test.db')}`,
    drop: async () => rm(folder, { recursive: true, force: true }),
  }
}

export const createPostgresDatabase = async (superuserUrl: string): Promise<TestDatabase> => {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runAsSuperuser(superuserUrl, `create database ${name}`)
  const url = new URL(superuserUrl)
  url.pathname = name
  return {
    url: url.href,
    drop: async () => {
      await runAsSuperuser(superuserUrl, `drop database if exists ${name} with (force)`)
    },
  }
}

/** Also for what a test does to a server: ending connections, for one. */
export const runAsSuperuser = async (superuserUrl: string, statement: string): Promise<unknown[]> => {
  const { default: postgres } = await import('postgres')
  const sql = postgres(superuserUrl, { max: 1, connect_timeout: 10, fetch_types: false, onnotice: () => {} })
  try {
    return await sql.unsafe(statement)
  } finally {
    await sql.end({ timeout: 5 })
  }
}
