import * as fc from 'fast-check'

/** As much of JSON Schema as the documents of the services use. */
interface Schema {
  type?: string
  properties?: Record<string, Schema>
  items?: Schema
  enum?: unknown[]
  example?: unknown
  examples?: unknown[]
}

const loneSurrogate = String.fromCharCode(0xd8_00)

const nastyStrings = fc.constantFrom(
  '',
  ' ',
  '\0',
  'a\0b',
  loneSurrogate,
  `a${loneSurrogate}b`,
  '\u202E',
  'ﬁ',
  'İ',
  '__proto__',
  'constructor',
  "' or 1=1 --",
  '${jndi:x}',
  '%00',
  '../../etc/passwd',
  'x'.repeat(20_000),
  '👩‍👩‍👧‍👦'.repeat(500),
)

const strings = fc.oneof(
  nastyStrings,
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
)

const anything = fc.oneof(strings, fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(null, 1e308, -0, true))

/** Values that fit a schema, nearly fit it, or have nothing to do with it. */
export const valuesLike = (schema: Schema): fc.Arbitrary<unknown> => {
  const samples = [
    ...(schema.enum ?? []),
    ...(schema.examples ?? []),
    ...(schema.example === undefined ? [] : [schema.example]),
  ]
  const fitting = samples.length > 0 ? [{ weight: 5, arbitrary: fc.constantFrom(...samples) }] : []
  return fc.oneof({ weight: 3, arbitrary: shaped(schema) }, { weight: 1, arbitrary: anything }, ...fitting)
}

const shaped = ({ type, properties = {}, items = {} }: Schema): fc.Arbitrary<unknown> => {
  if (type === 'string') return strings
  if (type === 'integer' || type === 'number') return fc.oneof(fc.integer(), fc.double())
  if (type === 'boolean') return fc.boolean()
  if (type === 'array') return fc.array(valuesLike(items), { maxLength: 5 })
  if (type !== 'object') return anything
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, valuesLike(property)]),
  )
  return fc
    .tuple(
      fc.record(members, { requiredKeys: fc.sample(fc.constant(Object.keys(members)), 1)[0] ?? [] }),
      fc.option(fc.dictionary(strings, anything, { maxKeys: 2 }), { nil: {} }),
      fc.subarray(Object.keys(members), { maxLength: 1 }),
    )
    .map(([fitting, extra, dropped]) =>
      Object.fromEntries(
        Object.entries({ ...fitting, ...extra }).filter(([name]) => !dropped.includes(name as never)),
      ),
    )
}

const contentTypes = fc.oneof(
  { weight: 8, arbitrary: fc.constant('application/json') },
  fc.constantFrom(
    'text/plain',
    'application/json; charset=latin1',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json;;;',
    '',
  ),
)

/** A body as it goes over the wire, with what it says of itself. */
export const bodiesLike = (schema: Schema): fc.Arbitrary<{ contentType: string; bytes: Buffer }> => {
  const json = valuesLike(schema).map((value) => JSON.stringify(value) ?? '')
  const twice = json.map((text) => text.replace(/^\{("[^"]*":)/, '{$10,$1'))
  const broken = fc.tuple(json, fc.nat(), fc.uint8Array({ maxLength: 4 })).map(([text, at, junk]) => {
    const bytes = Buffer.from(text)
    const cut = at % (bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, cut), junk, bytes.subarray(cut + 1)])
  })
  const deep = fc.nat(3_000).map((depth) => '[{"a":'.repeat(depth))
  const bytes = fc.oneof(
    { weight: 6, arbitrary: json.map((text) => Buffer.from(text)) },
    { weight: 2, arbitrary: broken },
    { weight: 1, arbitrary: fc.oneof(twice, deep).map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)) },
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(120_000, 'a')) },
  )
  return fc.record({ contentType: contentTypes, bytes })
}

/** One segment of a path, percent-encoded or meant to break the decoding. */
export const segments = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom('%', '%zz', '%00', '%ff', '..%2f', '-1', '1e9', 'NaN', '9'.repeat(400)),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(encodeURIComponent),
)
