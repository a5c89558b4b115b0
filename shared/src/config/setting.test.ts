import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { oneOf, port, urlOf, wholeNumber } from './setting.ts'

const accepts = (schema: z.ZodType, values: string[]) =>
  values.map((value) => schema.safeParse(value).success)

describe('setting', () => {
  it('a whole number is digits within its bounds, nothing that merely converts to one', () => {
    const schema = wholeNumber(1, 300)
    expect(['1', '300'].map((value) => schema.parse(value))).toEqual([1, 300])
    for (const value of ['0', '301', '-1', '1.5', '1e2', '0x10', ' 1', ''])
      expect(schema.safeParse(value).success, value).toBe(false)
  })

  it('a port is 0 to 65535', () => {
    expect(port().safeParse('65535').success).toBe(true)
    expect(port().safeParse('65536').success).toBe(false)
  })

  it('a URL needs one of the schemes, and the message names them', () => {
    const schema = urlOf('postgres', 'sqlite')
    expect(accepts(schema, ['postgres://u:p@h/d', 'sqlite:./x.db', 'mysql://h/d', 'h/d', ''])).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
    expect(schema.safeParse('mysql://h').error?.issues[0]?.message).toContain('postgres: or sqlite:')
  })

  it('one of several words names them when it is none', () => {
    expect(oneOf('a', 'b').safeParse('c').error?.issues[0]?.message).toBe('has to be one of a, b')
  })
})
