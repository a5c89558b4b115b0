import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from '@accounts/shared/database/operators'
import { openDatabase } from '@accounts/shared/database/open'
import { defineTables } from '@accounts/user-service/adapters/database/tables'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startService } from './service-process.ts'

const options = ['--import', 'tsx', '--conditions=@accounts/source']
// Longer than a difference is left alone in the hope that it settles by itself.
const patience = { timeout: 30_000, interval: 200 }

let folder: string
let stops: (() => Promise<unknown>)[]
let urls: Record<'auth-service' | 'user-service', string>

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-reconcile-'))
  stops = [async () => rm(folder, { recursive: true, force: true })]
  urls = { 'auth-service': await start('auth-service'), 'user-service': await start('user-service') }
})
afterEach(async () => {
  for (const stop of stops.toReversed()) await stop()
})

const databaseUrl = (name: 'auth-service' | 'user-service') => `sqlite:${join(folder, `${name}.db`)}`

const start = async (name: 'auth-service' | 'user-service') => {
  const environment = {
    DATABASE_URL: databaseUrl(name),
    BUS_FILE: join(folder, 'bus.db'),
    KEY_RING: join(folder, 'keys.json'),
    ARGON2_MEMORY_KIB: '8',
  }
  const service = await startService({ name, environment })
  stops.push(service.stop)
  await vi.waitUntil(
    async () => (await fetch(`${service.url}/health/live`).catch(() => undefined))?.ok,
    patience,
  )
  return service.url
}

const reconcile = async (...args: string[]) =>
  new Promise<{ code: number; summary: Record<string, number> }>((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      DATABASE_URL: databaseUrl('auth-service'),
      USER_SERVICE_URL: urls['user-service'],
      LOG_LEVEL: 'error',
    }
    execFile(
      process.execPath,
      [...options, 'auth-service/src/reconcile.ts', '--json', ...args],
      { timeout: 30_000, env },
      (error, stdout) => {
        const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { summary: Record<string, number> }
        resolve({ code: Number(error?.code ?? 0), summary: last.summary })
      },
    )
  })

const register = async (login: string) => {
  const response = await fetch(`${urls['auth-service']}/register`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      ...{ display_name: 'John Doe', login, email: `${login}@example.com`, password: 'SecurePass123!' },
    }),
  })
  return ((await response.json()) as { user: { id: number } }).user.id
}

const same = { missing: 0, unknown: 0, differing: 0, on_the_way: 0 }

test(
  'what user-service has lost or got wrong is found, sent once more, and right again',
  { timeout: 90_000 },
  async () => {
    const [forgotten, renamed] = [
      await register('forgotten'),
      await register('renamed'),
      await register('same'),
    ]
    const untilSame = async () =>
      vi.waitFor(async () => expect(await reconcile()).toMatchObject({ code: 0, summary: same }), patience)
    await untilSame()

    const database = await openDatabase({ url: databaseUrl('user-service'), defineTables })
    const { accountStates, userProfiles } = database.tables
    await database.query.delete(accountStates).where(eq(accountStates.authId, forgotten))
    await database.query.delete(userProfiles).where(eq(userProfiles.authId, forgotten))
    await database.query
      .update(userProfiles)
      .set({ displayName: 'Somebody Else' })
      .where(eq(userProfiles.authId, renamed))

    await vi.waitFor(
      async () =>
        expect(await reconcile()).toMatchObject({ code: 2, summary: { ...same, missing: 1, differing: 1 } }),
      patience,
    )
    expect(await reconcile('--repair')).toMatchObject({ code: 0, summary: { repaired: 2 } })
    await untilSame()
    const names = await database.query.select({ name: userProfiles.displayName }).from(userProfiles)
    expect(names).toEqual(Array.from({ length: 3 }, () => ({ name: 'John Doe' })))
    await database.close()
  },
)
