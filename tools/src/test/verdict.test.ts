import { expect, test } from 'vitest'
import { complaints } from './verdict.ts'

const good = { passed: 3, failed: 0, skipped: 1 }
const absent = [{ name: 'krakend', label: 'KrakenD', state: 'absent', reason: 'PATH: no krakend' }] as const
const selection = { use: [], excused: [], ci: false }

test('an engine that could not be had fails a run in CI, with its name and the reason', () => {
  expect(complaints(good, absent, { ...selection, ci: true })).toEqual([
    'CI is set and KrakenD could not be had: PATH: no krakend',
  ])
})

test('not so without CI, when it is excused, or when somebody left it out', () => {
  expect(complaints(good, absent, selection)).toEqual([])
  expect(complaints(good, absent, { ...selection, ci: true, excused: ['krakend'] })).toEqual([])
  const leftOut = [{ name: 'krakend', label: 'KrakenD', state: 'left out' }] as const
  expect(complaints(good, leftOut, { ...selection, ci: true })).toEqual([])
})

test('a run in which no test ran is no success', () => {
  expect(complaints({ passed: 0, failed: 0, skipped: 7 }, [], selection)).toEqual(['No test ran.'])
})
