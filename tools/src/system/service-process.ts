import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@accounts/shared/testing/free-port'

interface ServiceNeeds {
  name: 'auth-service' | 'user-service'
  environment: Record<string, string>
  entry?: 'main' | 'migrate'
}

interface ReadyAnswer {
  status: string
  checks: Record<string, { ready: boolean; reason?: string }>
}

/** A service as a process of its own, with nothing in its environment but what is given. */
export const startService = async ({ name, environment, entry = 'main' }: ServiceNeeds) => {
  const port = await freePort()
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@accounts/source', `${name}/src/${entry}.ts`],
    {
      env: { PATH: process.env['PATH'], PORT: String(port), ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    processId: child.pid ?? 0,
    ended,
    output: () => output,
    readiness: async (): Promise<ReadyAnswer | undefined> => {
      const response = await fetch(`${url}/health/ready`).catch(() => undefined)
      return (await response?.json()) as ReadyAnswer | undefined
    },
    stop: async () => {
      child.kill('SIGTERM')
      return ended
    },
    destroy: () => void child.kill('SIGKILL'),
  }
}
