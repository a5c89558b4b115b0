import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@accounts/shared/testing/free-port'
import { until } from '../until.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

interface ServiceNeeds {
  name: 'auth-service' | 'user-service'
  folder: string
  environment: Record<string, string>
}

export interface Service {
  url: string
  /** Resolves when it is ready; `alive` is enough where it cannot be. */
  start(until?: 'ready' | 'alive'): Promise<void>
  kill(): Promise<void>
  /** Says how it ended, and how long that took. */
  stop(): Promise<{ code: number | null; milliseconds: number }>
  freeze(): void
  thaw(): void
  readiness(): Promise<{ ready: boolean; text: string }>
  metrics(): Promise<string>
  memoryMegabytes(): Promise<number>
  log(): Promise<string>
}

/** A service as a process of its own, on the same port and the same data each time it is started. */
export const createService = async ({ name, folder, environment }: ServiceNeeds): Promise<Service> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const logFile = join(folder, `${name}-${port}.log`)
  let child: ReturnType<typeof spawn> | undefined
  let ended: Promise<number | null> = Promise.resolve(null)

  const ask = async (path: string) =>
    fetch(`${url}${path}`, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
  const log = async () => readFile(logFile, 'utf8')
  const send = async (signal: NodeJS.Signals) => {
    child?.kill(signal)
    return ended
  }

  return {
    url,
    log,
    start: async (goal = 'ready') => {
      const output = await open(logFile, 'a')
      const started = spawn(
        process.execPath,
        ['--import', 'tsx', '--conditions=@accounts/source', `${name}/src/main.ts`],
        {
          cwd: root,
          env: { PATH: process.env['PATH'], PORT: String(port), UV_THREADPOOL_SIZE: '2', ...environment },
          stdio: ['ignore', output.fd, output.fd],
        },
      )
      await output.close()
      child = started
      let isOver = false
      ended = once(started, 'exit').then(([code]) => {
        isOver = true
        return code as number | null
      })
      await until(`${name} is ${goal}`, async () => {
        if (isOver) throw new Error(`${name} ended while it started:\n${(await log()).slice(-2_000)}`)
        return (await ask(`/health/${goal === 'alive' ? 'live' : goal}`))?.ok
      })
    },
    kill: async () => void (await send('SIGKILL')),
    stop: async () => {
      const startedAt = performance.now()
      const code = await send('SIGTERM')
      return { code, milliseconds: performance.now() - startedAt }
    },
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    readiness: async () => {
      const answer = await ask('/health/ready')
      return { ready: answer?.ok ?? false, text: (await answer?.text()) ?? 'no answer' }
    },
    metrics: async () => (await (await ask('/metrics'))?.text()) ?? '',
    memoryMegabytes: async () => {
      const status = await readFile(`/proc/${child?.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024
    },
  }
}
