import { randomUUID } from 'node:crypto'
import { runAsSuperuser } from '@accounts/shared/testing/databases'
import { describeOn } from '@accounts/shared/testing/engines'
import { describe, expect, test } from 'vitest'
import { runScenario } from './run-scenario.ts'
import type { Bench, Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'
import { revocation } from './scenarios/revocation.ts'
import { users } from './scenarios/users.ts'

const bench = {
  rounds: 1,
  // Long enough that on a busy machine, too, something is measured.
  seconds: 1,
  accounts: 4,
  manyAccounts: 2_000,
  loginsInFlight: 4,
  serviceFrom: 'sources',
  say: () => undefined,
  engines: {},
} as const

const isRunning = (processId: number) => {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

const measures = 'measures what it promises, and leaves no process behind'

const expectFigures = async (scenario: Scenario, engines: Bench['engines']) => {
  const started: number[] = []
  const { results, notes } = await runScenario(scenario, {
    ...bench,
    engines,
    signal: new AbortController().signal,
    onEnded: (processIds) => void started.push(...processIds),
  })
  for (const { measured, limit, ratio, lowest, highest } of results)
    for (const figure of [measured, limit, ratio, lowest, highest]) {
      expect(figure).toBeGreaterThan(0)
      expect(figure).toBeLessThan(Number.POSITIVE_INFINITY)
    }
  expect(results.some(({ target }) => target !== undefined)).toBe(true)
  expect(notes.join()).not.toBe('')
  expect(started).not.toEqual([])
  expect(started.filter(isRunning)).toEqual([])
}

const everywhere = scenarios.filter((scenario) => scenario !== users)

// One after the other: each of them takes all there is.
describe.each(everywhere)('$name', { timeout: 120_000 }, (scenario) => {
  test(measures, async () => expectFigures(scenario, {}))
})

describeOn('postgres', 'pages of accounts, measured', ({ TEST_POSTGRES_URL: postgresUrl }) => {
  test('and leaves no database behind either', { timeout: 120_000 }, async () => {
    // By its owner: other tests make and drop databases on the same server.
    const owner = `bench_${randomUUID().replaceAll('-', '')}`
    await runAsSuperuser(postgresUrl, `create role ${owner} superuser login password '${owner}'`)
    const url = Object.assign(new URL(postgresUrl), { username: owner, password: owner })
    try {
      await expectFigures(users, { postgresUrl: url.href })
      const left = `select datname from pg_database where pg_get_userbyid(datdba) = '${owner}'`
      expect(await runAsSuperuser(postgresUrl, left)).toEqual([])
    } finally {
      await runAsSuperuser(postgresUrl, `drop role ${owner}`)
    }
  })
})

describeOn('rabbitmq', 'revocation, measured', (addresses) => {
  test(measures, { timeout: 120_000 }, async () => {
    const { TEST_RABBITMQ_URL: url, TEST_RABBITMQ_MANAGEMENT_URL: managementUrl } = addresses
    await expectFigures(revocation, { rabbitmq: { url, managementUrl } })
  })
})

test('what cannot be measured here is left out, and nothing of it starts', async () => {
  const signal = new AbortController().signal
  const outcome = await runScenario(users, { ...bench, signal })
  expect(outcome).toEqual({ results: [], notes: ['left out'] })
})

test('an interruption ends everything at once', async () => {
  const interruption = new AbortController()
  const started: number[] = []
  const endless: Scenario = {
    name: 'endless',
    about: 'nothing',
    run: async ({ processes }) => {
      const child = processes.start({ arguments: ['-e', 'setInterval(() => {}, 1000)'], environment: {} })
      child.once('spawn', () => interruption.abort())
      await new Promise((_resolve, reject) => child.once('exit', () => reject(new Error('ended'))))
      return { results: [], notes: [] }
    },
  }
  const run = runScenario(endless, {
    ...bench,
    signal: interruption.signal,
    onEnded: (processIds) => void started.push(...processIds),
  })
  await expect(run).rejects.toThrow('ended')
  expect(started).toHaveLength(1)
  expect(started.filter(isRunning)).toEqual([])
})
