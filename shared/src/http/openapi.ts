import {
  createDocument,
  type oas31,
  type ZodOpenApiObject,
  type ZodOpenApiOperationObject,
  type ZodOpenApiOverrideContext,
  type ZodOpenApiResponseObject,
} from 'zod-openapi'
import { type ErrorCode, errorCodeNames, errorCodes } from '../errors/codes.ts'
import { accessErrors } from './access.ts'
import { describeProblems, nameProblems } from './openapi-problems.ts'
import { describeAccess, securityOf, securitySchemes } from './openapi-security.ts'
import { problemSchema } from './problem-schema.ts'
import type { RouteAnswer, RouteDeclaration } from './route.ts'

interface OpenApiNeeds {
  title: string
  version: string
  description: string
  routes: readonly RouteDeclaration[]
  /** Whose side of the routes is told. Left out: the service's own, which says where the gateway offers each. */
  side?: ApiSide
  /** Left out, requests go to where the document came from. */
  servers?: oas31.ServerObject[]
}

/** What whoever stands before a service says and answers beside it. */
export interface ApiSide {
  /** Said last of a route. */
  remark(route: RouteDeclaration): string
  /** By status, beside those of the service. */
  answers(route: RouteDeclaration): Readonly<Record<number, NamedAnswer>>
  /** To what no route is there for. */
  otherAnswers: readonly NamedAnswer[]
}

export interface NamedAnswer {
  /** Of the component. */
  name: string
  answer: ZodOpenApiResponseObject
}

export type OpenApiDocument = oas31.OpenAPIObject

export const createOpenApiDocument = ({
  title,
  version,
  description,
  routes,
  side = serviceSide,
  servers,
}: OpenApiNeeds): OpenApiDocument => {
  refuseDuplicates(routes.map(({ id }) => id))
  refuseDuplicates(routes.map(({ method, path }) => `${method} ${path}`))
  for (const route of routes) refuseUndescribedParams(route)
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const route of routes)
    paths[route.path] = { ...paths[route.path], [route.method]: describeRoute(route, side) }

  const document: ZodOpenApiObject = {
    openapi: '3.1.1',
    info: { title, version, description },
    ...(servers !== undefined && { servers }),
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      ...usedSchemes(routes),
      responses: Object.fromEntries(
        routes
          .flatMap((route) => [...namedAnswersOf(route, side).values()])
          .concat(side.otherAnswers)
          .map(({ name, answer }) => [name, answer]),
      ),
    },
  }
  return createDocument(document, { override: ({ jsonSchema }) => dropSafeIntegerBounds(jsonSchema) })
}

/** Every code a route can answer with: its own and those that follow from what it takes. */
export const errorCodesOf = ({
  access,
  body,
  bodyType,
  params,
  query,
  errors = [],
}: RouteDeclaration): ErrorCode[] => {
  const possible = new Set<ErrorCode>(['internal_error', ...accessErrors(access), ...errors])
  // A path that is not valid percent-encoding fails before any schema sees it.
  if (params !== undefined) possible.add('malformed_request')
  if (body !== undefined) {
    possible.add(bodyType === 'form' ? 'malformed_request' : 'malformed_json')
    possible.add('body_too_large')
    possible.add('unsupported_media_type')
  }
  if (body !== undefined || params !== undefined || query !== undefined) possible.add('validation_failed')
  return errorCodeNames.filter((code) => possible.has(code))
}

const refuseDuplicates = (names: readonly string[]) => {
  const duplicate = names.find((name, index) => names.indexOf(name) !== index)
  if (duplicate !== undefined) throw new Error(`two routes are declared as "${duplicate}"`)
}

const refuseUndescribedParams = ({ id, path, params }: RouteDeclaration) => {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => String(name))
  const described = Object.keys(params?.shape ?? {})
  if (inPath.length === described.length && inPath.every((name) => described.includes(name))) return
  throw new Error(`route "${id}": its path has [${inPath.join()}], its params describe [${described.join()}]`)
}

/** What zod says of every integer tells a reader nothing, and turns up as the example. */
const dropSafeIntegerBounds = (schema: ZodOpenApiOverrideContext['jsonSchema']) => {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
}

/** A reader is told of no credentials that nothing here takes. */
const usedSchemes = (routes: readonly RouteDeclaration[]) => {
  const used = routes.flatMap(({ access }) => securityOf(access).flatMap((scheme) => Object.keys(scheme)))
  const schemes = Object.entries(securitySchemes).filter(([name]) => used.includes(name))
  return schemes.length > 0 && { securitySchemes: Object.fromEntries(schemes) }
}

const describeRoute = (route: RouteDeclaration, side: ApiSide): ZodOpenApiOperationObject => ({
  operationId: route.id,
  tags: [route.tag],
  summary: route.summary,
  security: securityOf(route.access),
  description: [route.description, describeAccess(route.access), side.remark(route)]
    .filter(Boolean)
    .join('\n\n'),
  ...((route.params ?? route.query) !== undefined && {
    requestParams: {
      ...(route.params !== undefined && { path: route.params }),
      ...(route.query !== undefined && { query: route.query }),
    },
  }),
  ...(route.body !== undefined && {
    requestBody: { required: true, content: { [mediaTypeOf(route)]: { schema: route.body } } },
  }),
  responses: describeAnswers(route, side),
})

const mediaTypeOf = ({ bodyType }: RouteDeclaration) =>
  bodyType === 'form' ? 'application/x-www-form-urlencoded' : 'application/json'

const describeGateway = ({ gateway, method }: RouteDeclaration) =>
  gateway === 'not exposed'
    ? 'Not offered by the gateway.'
    : `Through the gateway: ${gateway.paths.map((path) => `\`${method.toUpperCase()} ${path}\``).join(', ')}.`

const serviceSide: ApiSide = { remark: describeGateway, answers: () => ({}), otherAnswers: [] }

const describeAnswers = (route: RouteDeclaration, side: ApiSide) => {
  const named = namedAnswersOf(route, side)
  const statuses = new Set([...Object.keys(route.answers).map(Number), ...named.keys()])
  return Object.fromEntries(
    [...statuses]
      .toSorted((one, other) => one - other)
      .map((status) => [status, describeAnswer(route.answers[status], named.get(status))]),
  )
}

const describeAnswer = (declared: RouteAnswer | undefined, named: NamedAnswer | undefined) => {
  if (declared === undefined) return { $ref: `#/components/responses/${named?.name}` }
  const described: ZodOpenApiResponseObject = {
    description: declared.description,
    ...(declared.schema !== undefined && { content: { 'application/json': { schema: declared.schema } } }),
  }
  return named === undefined ? described : joinAnswers(described, named.answer)
}

/** What a route can answer beyond what it declares, by status. */
const namedAnswersOf = (route: RouteDeclaration, side: ApiSide) => {
  const named = new Map<number, NamedAnswer>()
  for (const [status, codes] of problemsOf(route))
    named.set(status, { name: nameProblems(codes), answer: describeProblems(codes) })
  for (const [text, { name, answer }] of Object.entries(side.answers(route))) {
    const known = named.get(Number(text))
    named.set(
      Number(text),
      known
        ? { name: `${known.name}Or${name}`, answer: joinAnswers(known.answer, answer) }
        : { name, answer },
    )
  }
  return named
}

/** One status can be several: an answer that the route declares, a problem, an answer of somebody before it. */
const joinAnswers = (
  one: ZodOpenApiResponseObject,
  other: ZodOpenApiResponseObject,
): ZodOpenApiResponseObject => ({
  ...one,
  ...other,
  description: `${one.description}\n\n${other.description}`,
  content: { ...one.content, ...other.content },
})

const problemsOf = (route: RouteDeclaration) => {
  const byStatus = new Map<number, ErrorCode[]>()
  for (const code of errorCodesOf(route)) {
    const { status } = errorCodes[code]
    byStatus.set(status, [...(byStatus.get(status) ?? []), code])
  }
  return byStatus
}
