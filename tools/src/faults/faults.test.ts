import { deleteVhost } from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { describeEmbedded, describeOn } from '@accounts/shared/testing/engines'
import { describe, expect, test } from 'vitest'
import { renderReports } from './render-reports.ts'
import { runTrial } from './run-trial.ts'
import { scenarios } from './scenarios.ts'
import type { Engines } from './world.ts'

const accounts = 16
const seed = 4
const timeout = 90_000

const chosen = (numbers: readonly number[]) => scenarios.filter(({ number }) => numbers.includes(number))

const expectSurvival = async (scenario: (typeof scenarios)[number], engines: Engines) => {
  const report = await runTrial({ scenario, engines, seed, accounts })
  expect(report.faults).toEqual([])
  expect(report.accounts).toBeGreaterThanOrEqual(accounts)
  expect(report.effects).toBeGreaterThanOrEqual(accounts)
  expect(renderReports([report])).toContain(scenario.title)
}

// A few of those that `pnpm test:faults` goes through, small.
describeEmbedded('embedded bus', 'faults', () => {
  test.each(chosen([1, 3, 12, 13]))('$title ($number)', { timeout }, async (scenario) => {
    await expectSurvival(scenario, { kind: 'embedded' })
  })
})

describeOn('rabbitmq', 'faults', ({ TEST_RABBITMQ_URL, TEST_RABBITMQ_MANAGEMENT_URL }) => {
  describeOn('postgres', 'faults', ({ TEST_POSTGRES_URL }) => {
    // The broker of the whole run: others need it too.
    const refuse = async () => {
      throw new Error('this broker is not ours to kill')
    }
    const broker = {
      ...{
        version: '',
        url: TEST_RABBITMQ_URL.replace(/\/$/, ''),
        managementUrl: TEST_RABBITMQ_MANAGEMENT_URL,
      },
      removeVhost: async (name: string) => deleteVhost(TEST_RABBITMQ_MANAGEMENT_URL, name),
      ...{ kill: refuse, start: refuse, alarm: refuse, end: refuse, lastLines: () => [] },
    }
    test.each(chosen([4, 8, 10, 15, 16]))('$title ($number)', { timeout }, async (scenario) => {
      await expectSurvival(scenario, { kind: 'real', broker, postgresUrl: TEST_POSTGRES_URL })
    })
  })
})

describe('the scenarios', () => {
  test('are those of the table in the documentation, each once', () => {
    expect(scenarios.map(({ number }) => number)).toEqual(Array.from({ length: 22 }, (_, index) => index + 1))
  })
})
