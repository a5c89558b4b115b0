import { describe, expect, test } from 'vitest'
import { rankTest } from './rank-test.ts'

const numbers = (count: number, make: () => number) => Array.from({ length: count }, make)

describe('rank test', () => {
  test('is the U of Mann and Whitney, in standard deviations', () => {
    const [low, high] = [
      [1, 2, 3],
      [4, 5, 6],
    ] as const
    expect(rankTest([{ first: low, second: high }])).toBeCloseTo(-4.5 / Math.sqrt(5.25))
    expect(rankTest([{ first: high, second: low }])).toBeCloseTo(4.5 / Math.sqrt(5.25))
    expect(rankTest([{ first: [1, 4, 4], second: [2, 4, 7] }])).toBeCloseTo((3 - 4.5) / Math.sqrt(5.25))
    expect(rankTest([{ first: low, second: low }])).toBe(0)
  })

  test('ranks each block by itself: what differs between blocks tells nothing', () => {
    const blocks = [0, 100].map((load) => ({
      first: [1, 3].map((x) => x + load),
      second: [2, 4].map((x) => x + load),
    }))
    expect(rankTest(blocks)).toBeCloseTo(-2 / Math.sqrt(2 * (20 / 12)))
    const lopsided = [{ first: [100, 102], second: [101, 103] }, ...blocks]
    expect(rankTest(lopsided)).toBeLessThan(0)
  })

  test('where chance alone decides, its standard deviation is 1', () => {
    const squares = numbers(2_000, () => {
      const block = () => ({ first: numbers(10, Math.random), second: numbers(10, Math.random) })
      return rankTest(Array.from({ length: 10 }, block)) ** 2
    })
    const variance = squares.reduce((sum, square) => sum + square, 0) / squares.length
    expect(variance).toBeGreaterThan(0.8)
    expect(variance).toBeLessThan(1.2)
  })
})
