import { expect, test } from 'vitest'
import { OptionError, readOptions } from './options.ts'
import { scenarios } from './scenarios.ts'

const read = (...words: string[]) => readOptions(words, scenarios)

test('without a word every scenario is run', () => {
  expect(read()).toEqual({ chosen: scenarios, rounds: 5, seconds: 4, json: false })
})

test('names choose scenarios, in the order of the list', () => {
  const { chosen, ...rest } = read('me', 'login', '--rounds', '2', '--seconds', '0.5', '--json')
  expect(chosen.map(({ name }) => name)).toEqual(['login', 'me'])
  expect(rest).toEqual({ rounds: 2, seconds: 0.5, json: true })
})

test.each([
  [['nothing'], 'there is no scenario "nothing", only login, me, '],
  [['--rounds', '0'], '--rounds 0'],
  [['--rounds', '1.5'], '--rounds 1.5'],
  [['--seconds', 'four'], '--seconds four'],
  [['--seconds', '1e9'], '--seconds 1e9'],
  [['--fast'], '--fast'],
])('%j is refused by name', (words, message) => {
  expect(() => read(...words)).toThrow(OptionError)
  expect(() => read(...words)).toThrow(message)
})
