import * as fc from 'fast-check'

/** As much of JSON Schema as the documents of the services use. */
export interface Schema {
  type?: string | string[]
  anyOf?: Schema[]
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
  const names = typeof schema.example === 'object' ? Object.keys(schema.properties ?? {}) : []
  return fc.oneof(
    { weight: 3, arbitrary: shaped(schema) },
    { weight: 1, arbitrary: anything },
    ...fitting,
    ...(names.length > 0 ? [{ weight: 6, arbitrary: spoilt(schema, names) }] : []),
  )
}

/** The example with another value of one member. */
const spoilt = ({ example, properties = {} }: Schema, names: readonly string[]): fc.Arbitrary<unknown> =>
  fc
    .constantFrom(...names)
    .chain((name) =>
      fc
        .oneof(nastyStrings, anything, shaped(properties[name] ?? {}))
        .map((value) => ({ ...(example as object), [name]: value })),
    )

const shaped = ({ type, anyOf, properties = {}, items = {} }: Schema): fc.Arbitrary<unknown> => {
  if (anyOf !== undefined) return fc.oneof(...anyOf.map(valuesLike))
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => shaped({ type: each, properties, items })))
  if (type === 'null') return fc.constant(null)
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

/** Tokens that no guard may take, the refresh token among them, and what is no token at all. */
const badAuthorizations = fc.oneof(
  fc.constantFrom(
    undefined,
    '',
    'Bearer',
    'Bearer null',
    'Bearer x.y.z',
    'Bearer {{refresh}}',
    'Bearer {{tampered}}',
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIiwicm9sZXMiOlsiYWRtaW4iXX0.',
    'Basic eDpkZXZlbG9wbWVudC1vbmx5',
    'Negotiate {{access}}',
  ),
  fc.integer({ min: 1, max: 8_000 }).map((length) => `Bearer ${'x'.repeat(length)}`),
  fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map(printable), maxLength: 60 }),
)

// What is left of Latin-1 is what a header may hold.
function printable(code: number) {
  return code === 0x7f ? '~' : String.fromCharCode(code)
}

/** How somebody says who they are. Where it is neither good nor bad a guard may judge either way. */
const authorizations = fc.oneof(
  { weight: 5, arbitrary: judged('good', fc.constantFrom('Bearer {{access}}', 'bearer {{access}}')) },
  { weight: 2, arbitrary: judged('bad', badAuthorizations) },
  {
    weight: 1,
    arbitrary: judged(
      'unclear',
      fc.constantFrom('{{access}}', 'Bearer  {{access}}', 'Bearer {{access}}, Basic x', 'Bearer {{ended}}'),
    ),
  },
)

function judged<Judgement extends string>(
  judgement: Judgement,
  headers: fc.Arbitrary<string | undefined>,
): fc.Arbitrary<{ judgement: Judgement; header: string | undefined }> {
  return headers.map((header) => ({ judgement, header }))
}

/** Of no request that a frontend sends. */
const oddHeaders = fc.record(
  {
    Accept: fc.constantFrom('', ',', '*/*;q=none', 'image/webp', 'application/xml;q=0', 'a/b,'.repeat(500)),
    'Accept-Encoding': fc.constantFrom('gzip', 'identity;q=0, *;q=0', 'x'),
    Connection: fc.constantFrom('close, Authorization', 'keep-alive, X-Request-Id', 'Upgrade'),
    'Content-Encoding': fc.constantFrom('gzip', 'identity', 'x'),
    Cookie: fc.constantFrom('access_token={{access}}; token={{access}}', ';;=;'),
    Forwarded: fc.constant('for=127.0.0.1;proto=https'),
    'If-None-Match': fc.constant('*'),
    Origin: fc.constantFrom('null', 'http://localhost:3000', 'https://unknown.example'),
    Range: fc.constant('bytes=0-1'),
    Traceparent: fc.constantFrom('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', '00-0-0-00', ''),
    Upgrade: fc.constantFrom('h2c', 'websocket'),
    'User-Agent': fc.constantFrom('', 'KrakenD Version 2.13.8', 'x'.repeat(1_000)),
    'X-Forwarded-For': fc.constantFrom(
      '127.0.0.1',
      '203.0.113.7, 10.0.0.1',
      'unknown',
      '::1',
      '1,'.repeat(900),
    ),
    'X-Forwarded-Via': fc.constant('KrakenD Version 2.13.8'),
    'X-HTTP-Method-Override': fc.constant('DELETE'),
    'X-Request-Id': fc.oneof(fc.uuid(), fc.constantFrom('', 'short', 'ÿ'.repeat(20), 'x'.repeat(500))),
    'X-User-Id': fc.constantFrom('1', '0', '-1', 'x'),
  },
  { requiredKeys: [] },
)

const queriesLike = (schemas: Readonly<Record<string, Schema>>): fc.Arbitrary<string> => {
  const pair = (name: string, value: unknown) =>
    new URLSearchParams([[name, typeof value === 'string' ? value : JSON.stringify(value)]])
      .toString()
      // A longer line is refused before any route is looked for.
      .slice(0, 1_500)
  const fitting = Object.entries(schemas).map(([name, schema]) =>
    valuesLike(schema).map((value) => pair(name, value)),
  )
  const strange = fc.oneof(
    strings.map((name) => pair(name, 'x')),
    fc.constantFrom(
      '',
      '=',
      '%zz',
      'a;b',
      '__proto__=1',
      'constructor[prototype]=1',
      'access_token={{access}}',
    ),
  )
  return fc.array(fc.oneof(...fitting, strange), { maxLength: 4 }).map((pairs) => pairs.join('&'))
}

const controlCharacters = /%(?:[01][\dA-F]|7F)/i

/** One segment that holds a control character. */
export const controlSegments = fc
  .tuple(fc.constantFrom('', 'a', '1'), fc.constantFrom('%00', '%01', '%09', '%0D%0A', '%1f', '%7F'))
  .map((parts) => parts.join(''))

/** As much of an operation as requests can be made from. */
export interface OperationLike {
  /** With every reference followed; left out where it takes none. */
  body?: Schema | undefined
  parameters: readonly string[]
  queries: Readonly<Record<string, Schema>>
}

/**
 * Requests to an operation, fitting, nearly fitting and absurd. What only their sender knows stands in double braces:
 * `{{access}}`, `{{refresh}}`, `{{tampered}}` and `{{ended}}` are tokens, a parameter's name is a value of it.
 */
export const requestsLike = ({ body, parameters, queries }: OperationLike) =>
  fc.record({
    authorization: authorizations,
    segments: fc.tuple(
      ...parameters.map((name) =>
        fc.oneof(
          { weight: 2, arbitrary: fc.constant(`{{${name}}}`) },
          { weight: 3, arbitrary: segments.filter((segment) => !controlCharacters.test(segment)) },
        ),
      ),
    ),
    query: fc.oneof(fc.constant(''), queriesLike(queries)),
    headers: fc.oneof(fc.constant({}), oddHeaders),
    body:
      body === undefined
        ? fc.option(bodiesLike({}).map(readable), { freq: 4, nil: undefined })
        : bodiesLike(body).map(readable),
    isChunked: fc.boolean(),
  })

/** Each byte as the character of Latin-1: a counterexample that is printed has to be read. */
const readable = ({ contentType, bytes }: { contentType: string; bytes: Buffer }) => ({
  contentType,
  bytes: bytes.toString('latin1'),
})

export type ArbitraryRequest =
  ReturnType<typeof requestsLike> extends fc.Arbitrary<infer Request> ? Request : never

interface Trial {
  runs: number
  /** The same requests in every run; with a failure stands the smallest one that fails. */
  seed: number
  mostMilliseconds: number
}

export const expectForAll = async <Value>(
  values: fc.Arbitrary<Value>,
  { runs, seed, mostMilliseconds }: Trial,
  check: (value: Value) => Promise<void>,
) =>
  fc.assert(fc.asyncProperty(values, check), {
    numRuns: runs,
    seed,
    interruptAfterTimeLimit: mostMilliseconds,
  })
