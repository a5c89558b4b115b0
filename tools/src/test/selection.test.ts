import { expect, test } from 'vitest'
import { readSelection } from './selection.ts'

const all = ['postgres', 'rabbitmq', 'redis', 'krakend', 'chromium']

test('without a word every engine is used and none excused', () => {
  expect(readSelection({})).toEqual({ use: all, excused: [], ci: false })
  expect(readSelection({ TEST_ENGINES: '', TEST_ENGINES_EXCUSED: ' ', CI: '' })).toEqual(readSelection({}))
})

test.each([
  ['redis, postgres', ['postgres', 'redis']],
  ['krakend,krakend', ['krakend']],
  ['none', []],
])('TEST_ENGINES=%s', (value, use) => {
  expect(readSelection({ TEST_ENGINES: value }).use).toEqual(use)
})

test.each(['mysql', 'redis,', 'none,redis', 'Redis', ','])(
  'TEST_ENGINES=%s is refused in one line',
  (value) => {
    expect(() => readSelection({ TEST_ENGINES: value })).toThrow(
      /^TEST_ENGINES: ".*" is no engine; .*"none"$/,
    )
  },
)

test('TEST_ENGINES_EXCUSED takes engines and nothing else', () => {
  expect(readSelection({ TEST_ENGINES_EXCUSED: 'krakend, redis' }).excused).toEqual(['krakend', 'redis'])
  expect(() => readSelection({ TEST_ENGINES_EXCUSED: 'none' })).toThrow(
    /^TEST_ENGINES_EXCUSED: "none" is no engine/,
  )
})

test.each([
  ['1', true],
  ['true', true],
  ['github', true],
  ['false', false],
  ['0', false],
])('CI=%s', (value, ci) => {
  expect(readSelection({ CI: value }).ci).toBe(ci)
})
