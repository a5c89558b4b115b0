import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** `pnpm events …` as a process of its own, in the environment of auth-service. */
export const startEventsCommand = (words: readonly string[], environment: Record<string, string>) => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--conditions=@accounts/source', 'auth-service/src/events.ts', ...words],
    { cwd: root, env: { PATH: process.env['PATH'], ...environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, output }))
  return { ended, kill: () => void child.kill('SIGKILL') }
}

export const runEventsCommand = async (words: readonly string[], environment: Record<string, string>) => {
  const { code, output } = await startEventsCommand(words, environment).ended
  if (code !== 0) throw new Error(`pnpm events ${words.join(' ')} ended with ${code}:\n${output}`)
  return output
}
