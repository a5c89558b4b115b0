import { expect, test } from 'vitest'
import { renderResults } from './render.ts'

test('one line for each result, with its target and whether it was met', () => {
  const lines = renderResults([
    {
      what: 'login',
      unit: '/s',
      measured: 198.4,
      limit: 216,
      ratio: 0.919,
      lowest: 0.9,
      highest: 0.93,
      target: { atLeast: 0.9 },
    },
    {
      what: 'slow',
      unit: 'ms',
      measured: 4.123,
      limit: 1,
      ratio: 4.123,
      lowest: 4,
      highest: 5,
      target: { atMost: 3 },
    },
    {
      what: 'for comparison',
      unit: '/s',
      measured: 12_345,
      limit: 20_000,
      ratio: 0.617,
      lowest: 0.6,
      highest: 0.7,
    },
  ]).split('\n')
  expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
    ['SCENARIO', 'A', 'B', 'RATIO', 'SPREAD', 'TARGET', 'MET'],
    ['login', '198 /s', '216 /s', '0.92', '0.90–0.93', '≥ 0.90', 'yes'],
    ['slow', '4.12 ms', '1.00 ms', '4.12', '4.00–5.00', '≤ 3.00', 'no'],
    ['for comparison', '12345 /s', '20000 /s', '0.62', '0.60–0.70', '–', '–'],
  ])
})
