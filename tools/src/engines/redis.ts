import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { startDockerServer } from './docker-server.ts'
import type { Engine, EngineNeeds, ReadyEngine } from './engine.ts'
import { freePort } from '@accounts/shared/testing/free-port'
import { given, nothingToEnd } from './given.ts'
import { startServer } from './server.ts'

const withinMilliseconds = 15_000

const askVersion = async (url: string): Promise<string> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 2_000,
    commandTimeout: 2_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  let fault: Error | undefined
  redis.on('error', (error: Error) => {
    fault = error
  })
  try {
    await redis.ping()
    return /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'of unknown version'
  } catch (error) {
    throw fault ?? error
  } finally {
    redis.disconnect()
  }
}

const options = (port: number) => [
  ...['--bind', '127.0.0.1', '--port', String(port)],
  ...['--save', '', '--appendonly', 'no'],
]

const start = async (
  program: string,
  { runFolder, environment, signal }: EngineNeeds,
): Promise<ReadyEngine> => {
  const folder = join(runFolder, 'redis')
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const { server, answer } = await startServer(
    { program, arguments: [...options(port), '--dir', folder], environment },
    { probe: () => askVersion(url), signal, withinMilliseconds },
  )
  return { version: answer, env: { TEST_REDIS_URL: url }, end: server.end }
}

const startInDocker = async (needs: EngineNeeds): Promise<ReadyEngine> => {
  const port = await freePort()
  const url = `redis://127.0.0.1:${port}`
  const { answer, end } = await startDockerServer(needs, {
    name: 'redis',
    image: 'redis:8',
    command: ['redis-server', ...options(port)],
    probe: () => askVersion(url),
    withinMilliseconds,
  })
  return { version: answer, env: { TEST_REDIS_URL: url }, end }
}

export const redis: Engine = (needs) => [
  ...given(needs.environment, 'TEST_REDIS_URL', async (url) => {
    return { version: await askVersion(url), env: { TEST_REDIS_URL: url }, end: nothingToEnd }
  }),
  {
    source: 'PATH',
    get: async () => {
      const program = needs.find('redis-server')
      if (program === undefined) throw new Error('no redis-server')
      return await start(program, needs)
    },
  },
  {
    source: 'apt-get',
    get: async () => {
      await needs.aptGet.install('redis-server', needs.say)
      return await start('/usr/bin/redis-server', needs)
    },
  },
  { source: 'Docker', get: () => startInDocker(needs) },
]
