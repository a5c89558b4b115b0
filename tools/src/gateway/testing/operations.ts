import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenApiDocument } from '@accounts/shared/http/openapi'
import type { OperationLike, Schema } from '@accounts/shared/testing/arbitrary-requests'
import { root } from '../../verify/testing/start-service.ts'

export interface Operation extends OperationLike {
  id: string
  method: string
  /** With its parameters in braces. */
  path: string
  access: 'anyone' | 'signed in' | 'administrators'
  /** The gateway itself refuses those whom it is not for; what a role permits only the service knows. */
  isRefusedAtGateway: boolean
  /** Of a request that is as it should be. */
  successes: readonly number[]
  validBody: Readonly<Record<string, unknown>> | undefined
  /** In its body, where it can be wrong as well. */
  takesToken: boolean
}

export const readGatewayDocument = (): OpenApiDocument =>
  JSON.parse(readFileSync(join(root, 'gateway/openapi.json'), 'utf8')) as OpenApiDocument

/** As much of an operation as is looked at here, and as the document has it. */
interface Described {
  operationId: string
  security: readonly unknown[]
  parameters?: readonly { in: string; name: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Reference }> }
  responses: Record<string, Reference>
}

interface Reference {
  $ref?: string
}

export const readOperations = (document: OpenApiDocument): Operation[] =>
  Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Described>).map(([method, described]) =>
      readOperation(document, `${method.toUpperCase()} ${path}`, described),
    ),
  )

const readOperation = (document: OpenApiDocument, place: string, described: Described): Operation => {
  const [method = '', path = ''] = place.split(' ')
  const { operationId: id, security, parameters = [], requestBody, responses } = described
  const inPlace = (where: string) => parameters.filter((parameter) => parameter.in === where)
  const named = Object.values(requestBody?.content ?? {})[0]?.schema
  const schema = named && (follow(document, named) as Schema)
  const validBody = schema && fillIn(schema, known[named.$ref?.split('/').at(-1) ?? ''])
  const forbidden = JSON.stringify(follow(document, responses[403] ?? {}))
  const isForSome = forbidden.includes('not_allowed')
  return {
    ...{ id, method, path, validBody },
    access: security.length === 0 ? 'anyone' : isForSome ? 'administrators' : 'signed in',
    isRefusedAtGateway: forbidden.includes('x-may-be-empty'),
    successes: Object.keys(responses)
      .map(Number)
      .filter((status) => status < 300),
    takesToken: 'refresh_token' in (schema?.properties ?? {}),
    body: schema && withExample(schema, validBody ?? {}),
    parameters: inPlace('path').map(({ name }) => name),
    queries: Object.fromEntries(inPlace('query').map((parameter) => [parameter.name, parameter.schema])),
  }
}

/** What no example can be: of whoever sends it. Braces as in arbitrary requests. */
const known: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Register: {
    login: '{{new_login}}',
    email: '{{new_login}}@example.com',
    password: '{{password}}',
  },
  Login: { login: '{{login}}', password: '{{password}}' },
  Refresh: { refresh_token: '{{refresh}}' },
  PasswordChange: { current_password: '{{password}}', new_password: '{{new_password}}' },
  NewRole: { name: '{{new_role}}' },
  Republish: { since: '{{now}}' },
}

const fillIn = ({ properties = {} }: Schema, values: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => [name, values[name] ?? exampleOf(property)]),
  )

const exampleOf = ({ example, anyOf = [], enum: members = [], type }: Schema): unknown => {
  if (example !== undefined) return example
  if (anyOf[0] !== undefined) return exampleOf(anyOf[0])
  return members[0] ?? (type === 'boolean' ? true : 'example')
}

const withExample = (schema: Schema, valid: Readonly<Record<string, unknown>>): Schema => ({
  ...schema,
  example: valid,
  properties: Object.fromEntries(
    Object.entries(schema.properties ?? {}).map(([name, property]) => [
      name,
      { ...property, example: valid[name] },
    ]),
  ),
})

/** What a reference leads to, with those within it followed as well. */
const follow = (document: object, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => follow(document, each))
  if (typeof value !== 'object' || value === null) return value
  const { $ref } = value as Reference
  if ($ref !== undefined) return follow(document, lookUp(document, $ref))
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, follow(document, member)]))
}

const lookUp = (document: object, reference: string) =>
  reference
    .slice('#/'.length)
    .split('/')
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], document)
