import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseStrictJson } from './strict-json.ts'

describe('strict JSON', () => {
  it('is what JSON.parse reads, whenever no name is given twice and nothing is deep', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.nat(4), (value, spaces) => {
        const text = JSON.stringify(value, null, spaces)
        expect(parseStrictJson(text)).toEqual(JSON.parse(text))
      }),
    )
  })

  it.each([
    ['a name given twice', '{"a":1,"a":2}'],
    ['a name given twice, once escaped', String.raw`{"a":1,"\u0061":2}`],
    ['a name given twice below', '[{"b":{"a":1,"c":[{"a":1}],"a":2}}]'],
    ['a name given twice, as __proto__', '{"__proto__":1,"__proto__":2}'],
    ['arrays nested without end', `${'['.repeat(40_000)}${']'.repeat(40_000)}`],
    ['objects nested without end', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ])('refuses %s', (_case, text) => {
    expect(() => JSON.parse(text)).not.toThrow()
    expect(() => parseStrictJson(text)).toThrow(/given twice|deep/)
  })

  it.each([
    ['the same name in two objects', '[{"a":1},{"a":2},{"b":{"a":1},"a":3}]'],
    ['a value that looks like a name', String.raw`{"a":"a","b":"\"a\":","c":["a","a"]}`],
    ['names that differ in case', '{"a":1,"A":2}'],
  ])('takes %s', (_case, text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text))
  })

  it('reads a long text of many strings and backslashes in a moment', () => {
    const text = JSON.stringify(Array.from({ length: 9_000 }, () => String.raw`\"\\`))
    expect(parseStrictJson(text)).toHaveLength(9_000)
    const long = JSON.stringify('\\'.repeat(50_000))
    expect(parseStrictJson(long)).toHaveLength(50_000)
  })
})
