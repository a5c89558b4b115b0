import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '@accounts/shared/testing/free-port'
import { startProcess } from '../../engines/process.ts'

export const root = fileURLToPath(new URL('../../../..', import.meta.url))

export const program = (file: string) => ['--import', 'tsx', '--conditions=@accounts/source', file]

const patienceMilliseconds = 30_000

/** A service as a process of its own, with nothing in its environment but what is given. */
export const startService = async (
  name: 'auth-service' | 'user-service',
  environment: Record<string, string>,
  folder = root,
) => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = startProcess({
    program: process.execPath,
    arguments: program(`${name}/src/main.ts`),
    environment: { PATH: process.env['PATH'], PORT: String(port), LOG_LEVEL: 'warn', ...environment },
    folder,
  })
  const deadline = performance.now() + patienceMilliseconds
  while (!(await isReady(url))) {
    if (child.isRunning() && performance.now() < deadline) await delay(50)
    else {
      await child.end()
      throw new Error(`${name} does not come up:\n${child.lines.join('\n')}`)
    }
  }
  return { url, end: async () => child.end() }
}

const isReady = async (url: string) => {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
  await answer?.arrayBuffer()
  return answer?.ok ?? false
}
