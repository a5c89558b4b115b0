import { randomBytes } from 'node:crypto'
import { chown, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import connect from 'postgres'
import { unpackedPostgres } from './embedded-postgres.ts'
import type { Engine, EngineNeeds, ReadyEngine } from './engine.ts'
import { freePort } from '@accounts/shared/testing/free-port'
import { given, nothingToEnd } from './given.ts'
import { runCommand } from './run-command.ts'
import { startServer } from './server.ts'
import { unprivilegedIdentity } from './unprivileged.ts'

const user = 'postgres'

const askVersion = async (url: string): Promise<string> => {
  const sql = connect(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
  try {
    const [row] = await sql<{ server_version: string }[]>`show server_version`
    return row?.server_version.split(' ')[0] ?? 'of unknown version'
  } finally {
    await sql.end({ timeout: 1 })
  }
}

const start = async (
  binaries: string,
  { runFolder, environment, signal }: EngineNeeds,
): Promise<ReadyEngine> => {
  const folder = join(runFolder, 'postgres')
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  const password = randomBytes(12).toString('hex')
  await mkdir(folder, { recursive: true })
  await writeFile(passwordFile, password, { mode: 0o600 })
  const identity = unprivilegedIdentity()
  if (identity) for (const path of [folder, passwordFile]) await chown(path, identity.uid, identity.gid)

  const run = {
    environment: { PATH: environment['PATH'], LC_ALL: 'C' },
    folder,
    ...(identity && { identity }),
  }
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  await runCommand({
    ...run,
    program: join(binaries, 'initdb'),
    arguments: [
      `--pgdata=${data}`,
      `--username=${user}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
      ...locale,
    ],
    signal,
    timeoutMilliseconds: 60_000,
  })
  const port = await freePort()
  const url = `postgres://${user}:${password}@127.0.0.1:${port}/postgres`
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    'fsync=off',
  ]
  const { server, answer } = await startServer(
    {
      ...run,
      program: join(binaries, 'postgres'),
      arguments: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    },
    { probe: () => askVersion(url), signal, withinMilliseconds: 30_000 },
  )
  // SIGINT is the fast shutdown: the server ends its sessions instead of waiting for them.
  return { version: answer, env: { TEST_POSTGRES_URL: url }, end: () => server.end('SIGINT') }
}

export const postgres: Engine = (needs) => [
  ...given(needs.environment, 'TEST_POSTGRES_URL', async (url) => {
    return { version: await askVersion(url), env: { TEST_POSTGRES_URL: url }, end: nothingToEnd }
  }),
  {
    source: 'embedded-postgres',
    get: async () => await start(await unpackedPostgres(needs.runFolder), needs),
  },
  {
    source: 'PATH',
    get: async () => {
      const [server, initdb] = [needs.find('postgres'), needs.find('initdb')]
      if (server === undefined || initdb === undefined) throw new Error('no postgres and initdb')
      return await start(dirname(server), needs)
    },
  },
]
