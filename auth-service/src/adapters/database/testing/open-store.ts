import { randomUUID } from 'node:crypto'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import { createLogger } from '@accounts/shared/logging/logger'
import type { TestDatabase } from '@accounts/shared/testing/databases'
import type { NewAccount } from '../../../domain/account.ts'
import type { Session } from '../../../domain/session.ts'
import type { Clock } from '../../../ports.ts'
import { createLookup } from '../lookup.ts'
import { migrationsFolder } from '../migrations-folder.ts'
import { defineTables } from '../tables.ts'
import { createTransact } from '../transact.ts'
import { nowhere } from '../../../domain/audit.ts'

export const now = new Date('2026-03-04T05:06:07.089Z')

export const later = (milliseconds: number) => new Date(now.getTime() + milliseconds)

export type OpenedStore = Awaited<ReturnType<typeof openStore>>

/** The adapters over a fresh database; `lines` is what was logged. */
export const openStore = async (createDatabase: () => Promise<TestDatabase>, clock: Clock = () => now) => {
  const { database, drop } = await openMigrated({ createDatabase, migrationsFolder, defineTables })
  const lines: { msg: string; [fact: string]: unknown }[] = []
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) }
  const logger = createLogger({ service: 'test', level: 'info', destination })
  const transact = createTransact({ database, clock, logger })
  const register = async (login: string) => {
    const account = await transact(nowhere, async (store) => store.accounts.insert(newAccount(login)))
    if (account === null) throw new Error(`${login} is taken`)
    return account
  }
  const signIn = async (userId: number, details: Partial<Session> = {}) => {
    const session = newSession(userId, details)
    await transact(nowhere, async (store) => store.sessions.insert(session))
    return session
  }
  const readSession = async (id: string) => transact(nowhere, async (store) => store.sessions.find(id))
  const lookup = createLookup({ database })
  return {
    ...{ database, query: database.query, tables: database.tables, drop },
    ...{ lines, lookup, transact, register, signIn, readSession },
  }
}

export const newAccount = (login: string, email = `${login}@example.com`): NewAccount => ({
  login,
  email,
  displayName: 'John Doe',
  hashedPassword: 'first hash',
  createdAt: now,
})

export const newSession = (userId: number, details: Partial<Session> = {}): Session => ({
  id: randomUUID(),
  userId,
  createdAt: now,
  lastUsedAt: now,
  expiresAt: later(30_000),
  refreshTokenId: randomUUID(),
  accessTokenId: randomUUID(),
  previousRefreshTokenId: null,
  issuedAt: now,
  refreshExpiresAt: later(20_000),
  endedAt: null,
  endReason: null,
  ip: '127.0.0.1',
  userAgent: 'a browser',
  ...details,
})

/** The session after its refresh token was exchanged once more. */
export const rotated = (session: Session): Session => ({
  ...session,
  refreshTokenId: randomUUID(),
  accessTokenId: randomUUID(),
  previousRefreshTokenId: session.refreshTokenId,
  issuedAt: later(1),
  lastUsedAt: later(1),
  refreshExpiresAt: later(20_001),
})

export const times = async <Result>(count: number, work: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, async (_, index) => work(index)))
