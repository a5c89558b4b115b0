import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const run = (environment: NodeJS.ProcessEnv, ...words: string[]) => {
  const main = ['--import', 'tsx', '--conditions=@accounts/source', 'tools/src/test/main.ts', ...words]
  // Nothing is on PATH: no engine can be had from it, and the runner itself needs nothing of it.
  const env = { PATH: '/nowhere', HOME: root, ...environment }
  const options = { cwd: root, env, encoding: 'utf8', timeout: 60_000 } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, main, options)
  return { status, stdout, stderr, lastLine: stdout.trimEnd().split('\n').at(-1) }
}

test('an absent engine is named with its reason, and fails the run in CI only; the last line is the count', () => {
  const reason = 'PATH: no redis-server; apt-get: not on PATH; Docker: not on PATH'
  const tests = ['tools/src/test/verdict', 'tools/src/engines/engines.test']
  const tolerant = run({ TEST_ENGINES: 'redis' }, ...tests)
  expect(tolerant).toMatchObject({ status: 0, lastLine: '3 passed, 0 failed, 5 skipped' })
  expect(tolerant.stdout).toMatch(new RegExp(`^the engine itself +Redis +– +skipped: ${reason}$`, 'm'))
  expect(tolerant.stdout).toMatch(/^the engine itself +KrakenD +– +skipped: left out by TEST_ENGINES$/m)

  const strict = run({ TEST_ENGINES: 'redis', CI: 'true' }, ...tests)
  expect(strict).toMatchObject({ status: 1, lastLine: '3 passed, 0 failed, 5 skipped' })
  expect(strict.stdout).toContain(`CI is set and Redis could not be had: ${reason}`)
})

test('a word that names no engine is refused before anything starts', () => {
  expect(run({ TEST_ENGINES: 'mysql' })).toMatchObject({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(/^TEST_ENGINES: "mysql" is no engine.*\n$/),
  })
})
