import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@accounts/shared/testing/free-port'
import { highestMemory } from './memory.ts'
import type { Bench } from './scenario.ts'

interface ServiceNeeds {
  bench: Pick<Bench, 'folder' | 'processes' | 'serviceFrom'>
  /** Left out: auth-service. */
  service?: 'auth-service' | 'user-service'
  /** What tells it from other services of the same scenario. */
  name: string
  cores?: string | undefined
  /** Threads that hash passwords: as many as the cores it has. */
  threads: number
  settings?: Record<string, string>
  /** What says that it can begin; left out: that all it needs is there. */
  healthPath?: '/health/live' | '/health/ready'
}

export interface RunningService {
  port: number
  url: string
  databaseFile: string
  /** The most it has had at any time, in MB. */
  memory: () => Promise<number>
  /** What it holds and needs, without its garbage, in MB. */
  heldMemory: () => Promise<number>
  stop: () => Promise<void>
}

/** The least that argon2 takes: for who measures something else. */
export const cheapHashes = { ARGON2_MEMORY_KIB: '8', ARGON2_PASSES: '1' }

const root = fileURLToPath(new URL('../../..', import.meta.url))
const patienceMilliseconds = 30_000
const pollMilliseconds = 50
const bytesPerMb = 1_048_576

// It ends with the bench, even with one that was killed. Asked, it collects its garbage and tells what is left.
const leash = `data:text/javascript,${encodeURIComponent(`
  import { setFlagsFromString } from 'node:v8'
  import { runInNewContext } from 'node:vm'
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))
  process.on('message', () => {
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    const { heapUsed, external } = process.memoryUsage()
    process.send(heapUsed + external)
  })
  process.channel?.unref()
`)}`

const entries = {
  built: (service: string) => [nodeOptionsOf(service), join(root, service, 'dist/main.js')],
  sources: (service: string) => [
    ...['--import', 'tsx', '--conditions=@accounts/source'],
    join(root, service, 'src/main.ts'),
  ],
}

const nodeOptionsOf = (service: string) => {
  const found = /\bNODE_OPTIONS=(\S+)$/m.exec(readFileSync(join(root, service, 'Dockerfile'), 'utf8'))?.[1]
  if (found === undefined) throw new Error(`the Dockerfile of ${service} sets no NODE_OPTIONS`)
  return found
}

/** As it runs in production, on SQLite, with its log going to a file. */
export const startService = async ({
  bench,
  service = 'auth-service',
  name,
  cores,
  threads,
  settings = {},
  healthPath = '/health/ready',
}: ServiceNeeds): Promise<RunningService> => {
  const folder = join(bench.folder, name)
  await mkdir(folder, { recursive: true })
  const databaseFile = join(folder, 'service.db')
  const logFile = join(folder, 'log')
  const log = await open(logFile, 'a')
  const port = await freePort()
  const child = bench.processes.start({
    arguments: ['--import', leash, ...entries[bench.serviceFrom](service)],
    environment: {
      PORT: String(port),
      UV_THREADPOOL_SIZE: String(threads),
      DATABASE_URL: `sqlite:${databaseFile}`,
      BUS_FILE: join(folder, 'bus.db'),
      KEY_RING: join(folder, 'keys.json'),
      ...settings,
    },
    cores,
    output: log.fd,
  })
  await log.close()
  const url = `http://127.0.0.1:${port}`
  const tellLog = async () => (await readFile(logFile, 'utf8')).slice(-2_000)
  const over = new AbortController()
  const ended = once(child, 'exit', { signal: over.signal }).then(async () => {
    throw new Error(`${service} ended while it started:\n${await tellLog()}`)
  })
  try {
    await Promise.race([waitUntilItAnswers(`${url}${healthPath}`, over.signal), ended])
  } finally {
    over.abort()
    await Promise.allSettled([ended])
  }
  return {
    port,
    url,
    databaseFile,
    memory: async () => highestMemory(child.pid ?? 0),
    heldMemory: async () => {
      const answer = once(child, 'message')
      child.send('')
      const [bytes] = (await answer) as [number]
      return bytes / bytesPerMb
    },
    stop: async () => bench.processes.stop(child),
  }
}

const waitUntilItAnswers = async (url: string, signal: AbortSignal) => {
  const deadline = Date.now() + patienceMilliseconds
  while (!signal.aborted) {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.ok) return
    if (Date.now() > deadline) throw new Error(`${url} was no 200 within ${patienceMilliseconds} ms`)
    await delay(pollMilliseconds)
  }
}
