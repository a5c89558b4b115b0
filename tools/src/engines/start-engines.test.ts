import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineName } from '@accounts/shared/testing/engine-labels'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startEngines } from './start-engines.ts'

/** A folder that is all there is on PATH, and the run folder. */
let folder = ''
const said: string[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-engines-'))
  said.length = 0
})
afterEach(() => rm(folder, { recursive: true }))

const start = (
  name: EngineName,
  environment: NodeJS.ProcessEnv = {},
  signal = new AbortController().signal,
) =>
  startEngines([name], {
    runFolder: folder,
    environment: { PATH: folder, HOME: folder, ...environment },
    signal,
    say: (line) => void said.push(line),
  })

const putProgram = (name: string, script: string, interpreter = '/bin/sh') =>
  writeFile(join(folder, name), `#!${interpreter}\n${script}\n`, { mode: 0o755 })

const processIdIn = (file: string) =>
  readFile(join(folder, file), 'utf8')
    .then(Number)
    .catch(() => 0)

const isAlive = async (processId: number) => {
  const state = await readFile(`/proc/${processId}/stat`, 'utf8').catch(() => null)
  if (state !== null) return !state.includes(') Z ')
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

const leaveChild = '/bin/sleep 600 & echo $! > $0.child'

/** Never answers, and has a child that left the group, as `su` does. */
const hangWithDistantChild = `
  const { spawn } = require('node:child_process')
  const options = { detached: process.platform === 'linux', stdio: 'inherit' }
  const child = spawn('/bin/sleep', ['600'], options)
  require('node:fs').writeFileSync(__filename + '.self', String(process.pid))
  require('node:fs').writeFileSync(__filename + '.child', String(child.pid))
`

describe('a start that fails half-way', () => {
  test('tells how the server ended and ends what the server had started', async () => {
    await putProgram('redis-server', `${leaveChild}; echo 'port in use' >&2; exit 3`)
    const [outcome] = await start('redis')
    expect(outcome).toMatchObject({ state: 'absent' })
    expect(said.join('\n')).toContain(
      'PATH: ended with code 3: port in use; apt-get: not on PATH; Docker: not on PATH',
    )
    const child = await processIdIn('redis-server.child')
    expect(child).toBeGreaterThan(0)
    await expect.poll(() => isAlive(child)).toBe(false)
  })

  test('an interruption ends a server that never answers, and its children', async () => {
    const interruption = new AbortController()
    await putProgram('redis-server', hangWithDistantChild, process.execPath)
    const outcomes = start('redis', {}, interruption.signal)
    await expect.poll(() => processIdIn('redis-server.child'), { timeout: 10_000 }).toBeGreaterThan(0)
    const processes = [await processIdIn('redis-server.self'), await processIdIn('redis-server.child')]
    expect(await Promise.all(processes.map(isAlive))).toEqual([true, true])
    interruption.abort()
    expect(await outcomes).toMatchObject([{ state: 'absent', reason: 'PATH: interrupted' }])
    await expect.poll(() => Promise.all(processes.map(isAlive))).toEqual([false, false])
  })
})

describe('what the environment names', () => {
  test.each([
    ['postgres', 'TEST_POSTGRES_URL', 'postgres://nobody@127.0.0.1:1/none'],
    ['redis', 'TEST_REDIS_URL', 'redis://127.0.0.1:1'],
    ['krakend', 'KRAKEND_BIN', '/nowhere/krakend'],
    ['chromium', 'CHROMIUM_BIN', '/nowhere/chromium'],
  ] as const)('%s is never replaced by something else', async (name, variable, value) => {
    await putProgram('krakend', 'echo KrakenD Version: 2.13.8')
    const [outcome] = await start(name, { [variable]: value })
    expect(outcome).toMatchObject({
      state: 'absent',
      reason: expect.stringMatching(`^${variable}: .*(ECONN|ENOENT)`),
    })
  })

  test('rabbitmq: both addresses are wanted', async () => {
    const [outcome] = await start('rabbitmq', { TEST_RABBITMQ_URL: 'amqp://127.0.0.1:1' })
    expect(outcome).toMatchObject({
      state: 'absent',
      reason: 'TEST_RABBITMQ_URL: TEST_RABBITMQ_MANAGEMENT_URL has to be set as well',
    })
  })
})

test('krakend: the way that is tried first is taken, with the version it tells', async () => {
  await putProgram('krakend', 'echo KrakenD Version: 2.13.8')
  const [outcome] = await start('krakend')
  const env = { TEST_KRAKEND_BIN: join(folder, 'krakend') }
  expect(outcome).toMatchObject({ state: 'ready', source: 'PATH', version: '2.13.8', env })
})

test('krakend: a Go that is too old, or fails, is told in one line', async () => {
  await putProgram('go', 'echo go1.24.9')
  expect(await start('krakend')).toMatchObject([
    { state: 'absent', reason: expect.stringContaining('go install: needs go 1.25, this is go1.24.9') },
  ])
  await putProgram('go', 'if [ $1 = env ]; then echo go1.26.1; else printf "one\\ntwo\\n" >&2; exit 1; fi')
  expect(await start('krakend')).toMatchObject([
    { state: 'absent', reason: 'PATH: no krakend; cache: empty; go install: two; Docker: not on PATH' },
  ])
})
