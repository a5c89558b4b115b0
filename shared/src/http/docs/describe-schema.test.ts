import { expect, it } from 'vitest'
import { describeSchema, type MemberSchema } from './describe-schema.ts'

const cases: [MemberSchema, string][] = [
  [{ type: 'string', description: 'Said.' }, 'string'],
  [{ type: 'string', format: 'date-time' }, 'date-time'],
  [{ type: 'string', pattern: "^[1-9]$'" }, "string, matches ^[1-9]$'"],
  [{ type: 'string', minLength: 3, maxLength: 30 }, 'string, at least 3 characters, at most 30 characters'],
  [{ type: 'integer', exclusiveMinimum: 0 }, 'integer, above 0'],
  [{ type: 'integer', minimum: 0, maximum: 9 }, 'integer, at least 0, at most 9'],
  [{ type: 'boolean', const: false }, 'always false'],
  [{ type: 'string', enum: ['user', 'admin'] }, 'one of "user", "admin"'],
  [{ type: 'array', items: { type: 'string' } }, 'list of string'],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null'],
  [{}, 'anything'],
  [true, 'anything'],
]

it.each(cases)('%j is %s', (schema, type) => {
  const description = typeof schema === 'object' ? (schema.description ?? '') : ''
  expect(describeSchema(schema)).toEqual({ type, description })
})
