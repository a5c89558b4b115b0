import { describe, expect, test } from 'vitest'
import { compareRounds, median, meets, quantile } from './statistics.ts'

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

describe('quantile', () => {
  test('is a value that was measured, in whatever order they came', () => {
    expect(quantile(upTo(100), 0.99)).toBe(99)
    expect(quantile(upTo(100).toReversed(), 0.5)).toBe(50)
    expect(quantile([7], 0.99)).toBe(7)
    expect(quantile([10, 9, 100], 1)).toBe(100)
  })

  test('of nothing is no number', () => {
    expect(() => quantile([], 0.5)).toThrow('nothing was measured')
  })
})

test('median: the middle one, or halfway between the two in the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 3, 2])).toBe(2.5)
  expect(median([5])).toBe(5)
})

describe('compareRounds', () => {
  test('holds each round against its own limit: a machine that becomes slower changes no ratio', () => {
    expect(compareRounds([50, 5, 500], [100, 10, 1_000])).toEqual({
      measured: 50,
      limit: 100,
      ratio: 0.5,
      lowest: 0.5,
      highest: 0.5,
    })
  })

  test('shows how far apart the rounds were', () => {
    expect(compareRounds([40, 50, 90], [100, 100, 100])).toMatchObject({
      ratio: 0.5,
      lowest: 0.4,
      highest: 0.9,
    })
  })

  test('refuses rounds without a limit', () => {
    expect(() => compareRounds([1, 2], [1])).toThrow('rounds are missing')
  })
})

test('meets: at least for throughput, at most for waiting and memory', () => {
  expect([0.89, 0.9, 0.91].map((ratio) => meets(ratio, { atLeast: 0.9 }))).toEqual([false, true, true])
  expect([2.9, 3, 3.1].map((ratio) => meets(ratio, { atMost: 3 }))).toEqual([true, true, false])
})
