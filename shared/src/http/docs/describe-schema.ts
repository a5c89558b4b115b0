import type { ObjectSchema } from '../../events/asyncapi.ts'

export type MemberSchema = NonNullable<ObjectSchema['properties']>[string]

const rules = [
  ['minimum', 'at least #'],
  ['exclusiveMinimum', 'above #'],
  ['maximum', 'at most #'],
  ['exclusiveMaximum', 'below #'],
  ['minLength', 'at least # characters'],
  ['maxLength', 'at most # characters'],
  ['pattern', 'matches #'],
] as const

/** What a JSON Schema says of a member, in words. */
export const describeSchema = (schema: MemberSchema) => {
  if (typeof schema === 'boolean') return { type: 'anything', description: '' }
  return { type: typeOf(schema), description: schema.description ?? '' }
}

const typeOf = (schema: MemberSchema): string => {
  if (typeof schema === 'boolean') return 'anything'
  if (schema.const !== undefined) return `always ${JSON.stringify(schema.const)}`
  if (schema.enum !== undefined)
    return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  if (typeof schema.items === 'object' && !Array.isArray(schema.items))
    return `list of ${typeOf(schema.items)}`
  const kept = rules.flatMap(([rule, words]) => {
    const bound = schema[rule]
    // A function, because a pattern may hold what replace takes for a reference.
    return bound === undefined ? [] : [words.replace('#', () => String(bound))]
  })
  return [schema.format ?? schema.type ?? 'anything', ...kept].join(', ')
}
