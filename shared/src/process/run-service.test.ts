import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const service = fileURLToPath(new URL('testing/service.ts', import.meta.url))

/** Runs the test service; `signal` is sent as soon as it says that it runs. */
const run = async (behaviour: string, signal?: NodeJS.Signals) => {
  const child = spawn(process.execPath, [
    '--import',
    'tsx',
    '--conditions=@accounts/source',
    service,
    behaviour,
  ])
  onTestFinished(() => void child.kill('SIGKILL'))
  const messages: string[] = []
  let stderr = ''
  createInterface(child.stdout).on('line', (line) => {
    const { msg } = JSON.parse(line) as { msg: string }
    messages.push(msg)
    if (msg === 'running' && signal !== undefined) child.kill(signal)
  })
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, messages, stderr }
}

describe('run-service', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('%s closes the service and ends with 0', async (signal) => {
    expect(await run('works', signal)).toEqual({
      code: 0,
      messages: ['running', 'stopping', 'stopped'],
      stderr: '',
    })
  })

  it('a close that hangs is given up at the deadline, with 1', async () => {
    const { code, messages } = await run('hangs', 'SIGTERM')
    expect(code).toBe(1)
    expect(messages.at(-1)).toBe('not everything could be closed in time')
  })

  it('a fault in the configuration is told without a stack, with 1', async () => {
    const { code, stderr } = await run('bad-config')
    expect(code).toBe(1)
    expect(stderr).toBe(
      'test-service cannot start: the configuration is wrong:\n  PORT: is wrong\n  HOST: is wrong\n',
    )
  })

  it('a bug at the start is told with its stack, with 1', async () => {
    const { code, stderr } = await run('bug')
    expect(code).toBe(1)
    expect(stderr).toMatch(/test-service cannot start: TypeError: a bug\n\s+at .*service\.ts/)
  })

  it('a rejection that nobody handles is logged and ends the process with 1', async () => {
    const { code, messages } = await run('rejects')
    expect([code, messages]).toEqual([1, ['running', 'crashed']])
  })
})
