import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { searchKeysOf, searchRange } from './search.ts'

const account = { login: 'John_Doe', email: 'JD@Example.com', displayName: 'Анна Мария López' }

const finds = (begun: string, who = account) => {
  const { from, before } = searchRange(begun)
  return searchKeysOf(who).some((key) => key >= from && key < before)
}

describe('an account is found', () => {
  it.each([
    'john',
    'JOHN_DOE',
    'jd@',
    'jd@example.com',
    'анна',
    'Анна мария',
    'мария ló',
    'LÓPEZ',
    ' lópez ',
    'l',
  ])('by %j', (begun) => {
    expect(finds(begun)).toBe(true)
  })

  it.each(['ohn', 'example', 'john_doe2', 'нна', 'анна lópez', 'ж'])('not by %j', (begun) => {
    expect(finds(begun)).toBe(false)
  })

  it('by the beginning of its name, whatever it is made of, and by every word of it', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
      .filter((text) => /^\S+$/.test(text))
    const property = fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), fc.nat(2), (words, at) => {
      const who = { ...account, displayName: words.join(' ') }
      expect(finds(words[at % words.length] ?? '', who)).toBe(true)
      expect(finds(words.slice(0, 2).join(' '), who)).toBe(true)
    })
    fc.assert(property, { seed: 6 })
  })
})
