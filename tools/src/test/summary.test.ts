import { describe, expect, test } from 'vitest'
import { summarise } from './summary.ts'
import type { VitestReport } from './vitest-report.ts'

type File = VitestReport['testResults'][number]

const file = (change: Partial<File>, ...results: [title: string, ...statuses: string[]][]): File => ({
  name: '/checkout/shared/src/bus.test.ts',
  status: 'passed',
  message: '',
  assertionResults: results.flatMap(([title, ...statuses]) =>
    statuses.map((status) => ({ ancestorTitles: ['', title, 'when it rains'], status })),
  ),
  ...change,
})

const summary = (files: File[], code: number | null = 0) =>
  summarise({ testResults: files }, { code, how: `ended with code ${code}` }, '/checkout')

describe('the counts', () => {
  test('are kept for each suite and engine, across files', () => {
    const { suites, rest, total } = summary([
      file({}, ['the bus on RabbitMQ', 'passed', 'failed'], ['the bus on the embedded bus', 'passed']),
      file({}, ['the bus on RabbitMQ', 'passed', 'todo'], ['a stroll on Sunday', 'passed', 'skipped']),
    ])
    expect(suites).toEqual([
      { suite: 'the bus', label: 'RabbitMQ', passed: 2, failed: 1, skipped: 1 },
      { suite: 'the bus', label: 'the embedded bus', passed: 1, failed: 0, skipped: 0 },
    ])
    expect(rest).toEqual({ passed: 1, failed: 0, skipped: 1 })
    expect(total).toEqual({ passed: 4, failed: 1, skipped: 2 })
  })

  test('a file that did not load is a failure', () => {
    const { total, faults } = summary([file({ status: 'failed', message: 'Cannot find module\n at x' })], 1)
    expect(total).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(faults).toEqual([{ where: 'shared/src/bus.test.ts', what: 'Cannot find module' }])
  })

  test('a hook that failed is a failure, though its tests count as skipped', () => {
    const { total } = summary([file({ status: 'failed' }, ['the bus on RabbitMQ', 'skipped', 'skipped'])], 1)
    expect(total).toEqual({ passed: 0, failed: 1, skipped: 2 })
  })

  test('a failed test is not counted again for its file or for vitest', () => {
    const { total, faults } = summary([file({ status: 'failed' }, ['x', 'failed'])], 1)
    expect(total.failed).toBe(1)
    expect(faults).toEqual([])
  })

  test('a vitest that fails after tests that passed is a failure', () => {
    const { total, faults } = summary([file({}, ['x', 'passed'])], 1)
    expect(total).toEqual({ passed: 1, failed: 1, skipped: 0 })
    expect(faults).toEqual([{ where: 'vitest', what: 'ended with code 1 though no test failed, see above' }])
  })

  test.each([
    [null, 'ended with SIGSEGV'],
    [0, 'ended with code 0'],
  ])('a vitest that left no report is a failure, whatever its code (%s)', (code, how) => {
    const { total, faults } = summarise(null, { code, how }, '/checkout')
    expect(total).toEqual({ passed: 0, failed: 1, skipped: 0 })
    expect(faults).toEqual([{ where: 'vitest', what: `${how} and left no report` }])
  })
})
