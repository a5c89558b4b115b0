import { describe, expect, test } from 'vitest'
import { runScenario } from './run-scenario.ts'
import type { Scenario } from './scenario.ts'
import { scenarios } from './scenarios.ts'

const bench = {
  rounds: 1,
  seconds: 0.3,
  accounts: 4,
  loginsInFlight: 4,
  serviceFrom: 'sources',
  say: () => undefined,
} as const

const isRunning = (processId: number) => {
  try {
    return process.kill(processId, 0)
  } catch {
    return false
  }
}

describe.concurrent.each(scenarios)('$name', { timeout: 60_000 }, (scenario) => {
  test('measures what it promises, and leaves no process behind', async ({ expect: expectHere }) => {
    const started: number[] = []
    const { results, notes } = await runScenario(scenario, {
      ...bench,
      signal: new AbortController().signal,
      onEnded: (processIds) => void started.push(...processIds),
    })
    for (const { measured, limit, ratio, lowest, highest } of results)
      for (const figure of [measured, limit, ratio, lowest, highest]) {
        expectHere(figure).toBeGreaterThan(0)
        expectHere(figure).toBeLessThan(Number.POSITIVE_INFINITY)
      }
    expectHere(results.some(({ target }) => target !== undefined)).toBe(true)
    expectHere(notes.join()).not.toBe('')
    expectHere(started.length).toBeGreaterThan(1)
    expectHere(started.filter(isRunning)).toEqual([])
  })
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
