import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { openMigrated } from '@accounts/shared/database/testing/open-migrated'
import type { Bus } from '@accounts/shared/messaging/bus'
import type { BusTrial } from '@accounts/shared/messaging/testing/bus-trial'
import { createRabbitTrial } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { createSqliteTrial } from '@accounts/shared/messaging/testing/sqlite-trial'
import {
  createPostgresDatabase,
  createSqliteDatabase,
  type TestDatabase,
} from '@accounts/shared/testing/databases'
import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { freePort } from '@accounts/shared/testing/free-port'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { defineTables } from './adapters/database/tables.ts'
import { addRows, parkLetters, publishSample } from './features/events/testing/events-trial.ts'

// By its path, since one test runs the command in another folder.
const tsx = createRequire(import.meta.url).resolve('tsx')

const program = path.join(import.meta.dirname, 'events.ts')

/** The command as a process of its own, with nothing in its environment but what is given. */
const run = async (args: string, env: Record<string, string>, cwd?: string) =>
  new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      ['--import', tsx, '--conditions=@accounts/source', program, ...args.split(' ').filter(Boolean)],
      { timeout: 30_000, env: { PATH: process.env['PATH'], LOG_LEVEL: 'error', ...env }, cwd },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    )
  })

type OpenedTrial = { trial: BusTrial; env: Record<string, string> }

const testCommand = (
  createDatabase: () => Promise<TestDatabase>,
  createTrial: () => Promise<OpenedTrial>,
) => {
  const openDatabase = async () => openMigrated({ createDatabase, migrationsFolder, defineTables })
  let opened: Awaited<ReturnType<typeof openDatabase>>
  let trial: BusTrial
  let bus: Bus
  let env: Record<string, string>
  beforeEach(async () => {
    opened = await openDatabase()
    const created = await createTrial()
    trial = created.trial
    env = { ...created.env, DATABASE_URL: opened.url }
    bus = await trial.open()
  })
  afterEach(async () => {
    await trial.end()
    await opened.drop()
  })

  test(
    'list, show, replay, discard and republish, each a process of its own',
    { timeout: 60_000 },
    async () => {
      const ids = [await publishSample(bus, 1), await publishSample(bus, 2)]
      await parkLetters(bus, 2, 'the handler broke')
      await addRows(opened.database, [{ accountId: 3, version: 1, state: 'published' }])

      const { events } = JSON.parse((await run('list --json', env)).stdout) as { events: { id: string }[] }
      expect(events.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
      expect((await run(`show ${ids[0]}`, env)).stdout).toMatch(/reason: +the handler broke\n/)
      expect(await run(`replay ${ids[0]}`, env)).toMatchObject({ code: 0, stderr: '' })
      expect(await run(`discard ${ids[1]}`, env)).toMatchObject({ code: 0, stderr: '' })
      expect(await run('republish --since 2026-03-04', env)).toEqual({
        code: 0,
        stdout: '1 events are published again\n',
        stderr: '',
      })

      expect(await run('list', env)).toMatchObject({ code: 0, stdout: 'there are none\n' })
      expect(await trial.drain('user_info')).toMatchObject([{ id: ids[0] }])
      const { outbox, auditLog } = opened.database.tables
      expect(await opened.database.query.select({ state: outbox.state }).from(outbox)).toEqual([
        { state: 'waiting' },
      ])
      const audited = await opened.database.query
        .select({ action: auditLog.action, actorId: auditLog.actorId })
        .from(auditLog)
        .orderBy(auditLog.id)
      expect(audited).toEqual(
        ['event replayed', 'event discarded', 'events republished'].map((action) => ({
          action,
          actorId: null,
        })),
      )
    },
  )
}

describeEmbedded('embedded bus', 'the process events', () => {
  testCommand(createSqliteDatabase, async () => {
    const trial = await createSqliteTrial()
    return { trial, env: { BUS_FILE: trial.file } }
  })

  test('in a checkout it looks where .env leads pnpm dev', { timeout: 60_000 }, async () => {
    const trial = await createSqliteTrial()
    try {
      const bus = await trial.open()
      const id = await publishSample(bus, 1)
      await parkLetters(bus, 1, 'the handler broke')
      writeFileSync(path.join(trial.folder, '.env'), 'DATA_FOLDER=.\n')
      const { stdout } = await run('list --kind dead', {}, trial.folder)
      expect(stdout).toContain(id)
    } finally {
      await trial.end()
    }
  })

  test(
    'a broker that is away, or a wrong setting, is told with 1, without a stack or a secret',
    { timeout: 60_000 },
    async () => {
      const { url, drop } = await createSqliteDatabase()
      const away = {
        DATABASE_URL: url,
        RABBITMQ_URL: `amqp://user:the-secret@127.0.0.1:${await freePort()}/`,
      }
      for (const [env, message] of [
        [away, /^events: .*RabbitMQ.*\n$/],
        [
          { ...away, RABBITMQ_URL: 'http://the-secret' },
          /RABBITMQ_URL: has to be a URL that begins with amqp/,
        ],
      ] as const) {
        const { code, stdout, stderr } = await run('list', env)
        expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
        expect(stderr).toMatch(message)
        expect(stderr).not.toMatch(/the-secret|\n {4}at /)
      }
      await drop()
    },
  )
})

describeOn('rabbitmq', 'the process events', (rabbit) => {
  describeOn('postgres', 'the process events', ({ TEST_POSTGRES_URL }) => {
    testCommand(
      async () => createPostgresDatabase(TEST_POSTGRES_URL),
      async () => {
        const trial = await createRabbitTrial({
          url: rabbit.TEST_RABBITMQ_URL,
          managementUrl: rabbit.TEST_RABBITMQ_MANAGEMENT_URL,
        })
        return { trial, env: { RABBITMQ_URL: trial.url() } }
      },
    )
  })
})
