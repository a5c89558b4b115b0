import { describe, expect, test } from 'vitest'
import { topicMatches } from './topic-matches.ts'

describe('topic matching', () => {
  test.each([
    [
      'account.*',
      ['account.registered', 'account.'],
      ['account', 'account.role.changed', 'accounts.registered'],
    ],
    ['account.#', ['account', 'account.registered', 'account.role.changed'], ['accounts', 'x.account']],
    ['#', ['', 'account', 'account.role.changed'], []],
    ['*', ['account'], ['', 'account.registered']],
    ['#.changed', ['changed', 'a.changed', 'a.b.changed'], ['changed.a']],
    ['a.#.b', ['a.b', 'a.x.b', 'a.x.y.b'], ['a', 'b', 'a.b.x']],
    ['#.a.#.a.#', ['a.a', 'x.a.y.a.z'], ['a', 'x.a.y']],
    ['', [''], ['a']],
    ['account.registered', ['account.registered'], ['accountXregistered', 'account.*']],
  ])('%s', (pattern, matching, others) => {
    for (const key of matching) expect(topicMatches(pattern, key), key).toBe(true)
    for (const key of others) expect(topicMatches(pattern, key), key).toBe(false)
  })

  test('a pattern made to be slow is not', () => {
    const pattern = Array.from({ length: 60 }, () => '#.a').join('.')
    expect(topicMatches(pattern, Array.from({ length: 120 }, () => 'a').join('.'))).toBe(true)
    expect(topicMatches(pattern, Array.from({ length: 120 }, () => 'b').join('.'))).toBe(false)
  })
})
