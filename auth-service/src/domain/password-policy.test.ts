import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPasswordSchema } from './password-policy.ts'

const composition = createPasswordSchema({
  policy: 'composition',
  isBreached: (text) => text === 'Common-1!',
})
const length = createPasswordSchema({ policy: 'length', isBreached: () => false })

const faults = (schema: typeof composition, password: string) =>
  schema.safeParse(password).error?.issues.map(({ message }) => message) ?? []

describe('password policy', () => {
  it.each(['SecurePass123!', 'aA1=aA1=', 'Пароль-Aa1', `Aa1!${'x'.repeat(252)}`, 'Aa1! with spaces'])(
    'composition takes %s',
    (password) => expect(faults(composition, password)).toEqual([]),
  )

  it('composition names every rule that is broken', () => {
    expect(faults(composition, '')).toHaveLength(5)
    expect(faults(composition, 'aA1!aA1')).toEqual(['Has to have 8 characters or more'])
    expect(faults(composition, 'AA1!AA1!')).toEqual(['Needs a lower-case letter'])
    expect(faults(composition, 'aa1!aa1!')).toEqual(['Needs an upper-case letter'])
    expect(faults(composition, 'aAb!aAb!')).toEqual(['Needs a digit'])
    expect(faults(composition, 'aA1?aA1?')).toEqual(['Needs one of !@#$%^&*()-=_'])
    expect(faults(composition, 'Common-1!')).toHaveLength(1)
  })

  it('14. counts at most 256 bytes, not characters', () => {
    expect(faults(composition, `Aa1!${'x'.repeat(253)}`)).toEqual(['Has to have 256 bytes or fewer'])
    expect(faults(composition, `Aa1!${'я'.repeat(126)}`)).toEqual([])
    expect(faults(composition, `Aa1!${'я'.repeat(127)}`)).toEqual(['Has to have 256 bytes or fewer'])
  })

  it('a password that is too long is looked at no further', () => {
    let asked = 0
    const counting = createPasswordSchema({ policy: 'composition', isBreached: () => (asked += 1) > 0 })
    expect(faults(counting, 'a'.repeat(100_000))).toEqual(['Has to have 256 bytes or fewer'])
    expect(asked).toBe(0)
  })

  it.each(['\0', '\uD800', '\uDC00x'])('18. refuses what is no character', (piece) => {
    for (const schema of [composition, length])
      expect(faults(schema, `Aa1!aaaaaaaaaaaa${piece}`)).toEqual(['Holds something that is not a character'])
  })

  it('length takes any fifteen characters and nothing shorter', () => {
    expect(faults(length, 'correct horse b')).toEqual([])
    expect(faults(length, 'correct horse ')).toEqual(['Has to have 15 characters or more'])
    expect(faults(length, '👩'.repeat(14))).toEqual(['Has to have 15 characters or more'])
  })

  it('composition agrees with another way of saying it, for any text', () => {
    const kinds = ['abc', 'XYZ', '019', '!-=_', '?я ']
    const texts = fc.array(fc.constantFrom(...kinds.flatMap((kind) => Array.from(kind))), { maxLength: 14 })
    fc.assert(
      fc.property(texts, (characters) => {
        const has = kinds
          .slice(0, 4)
          .every((kind) => characters.some((character) => kind.includes(character)))
        expect(faults(composition, characters.join('')).length === 0).toBe(has && characters.length >= 8)
      }),
      { numRuns: 500 },
    )
  })

  it('the length and the bounds agree with another way of saying them, for any text', () => {
    const pieces = fc.constantFrom('a', ' ', 'я', '字', '👩', '\u0301', '\0', '\uD800')
    const texts = fc.oneof(
      fc.array(pieces, { maxLength: 20 }),
      fc.array(pieces, { minLength: 60, maxLength: 140, size: 'max' }),
    )
    fc.assert(
      fc.property(texts, (characters) => {
        const bytes = Buffer.byteLength(characters.join(''))
        const isPlain = !characters.includes('\0') && !characters.includes('\uD800')
        expect(faults(length, characters.join('')).length === 0).toBe(
          characters.length >= 15 && bytes <= 256 && isPlain,
        )
      }),
      { numRuns: 1_000 },
    )
  })
})
