import type { z } from 'zod'
import type { ErrorCode } from '../errors/codes.ts'
import type { RequestIdentity } from '../logging/request-identity.ts'
import type { Principal } from '../tokens/principal.ts'
import type { Access, CallerOf } from './access.ts'

export type HttpMethod = 'get' | 'post' | 'put' | 'patch' | 'delete'

export interface RouteAnswer {
  description: string
  /** Left out where the answer has no body. */
  schema?: z.ZodType
}

/** What one client may ask of a route: `burst` at once, and `requests` more in each second, minute or hour. */
export interface RequestLimit {
  burst: number
  requests: number
  every: '1s' | '1m' | '1h'
}

/** Where the gateway offers a route. A route without it is reachable inside the deployment only. */
export interface GatewayExposure {
  /** The first is the canonical path, the others are aliases. Parameters are written as in `path`. */
  paths: readonly `/${string}`[]
  /** Counted per user where the gateway checks the token, per client address elsewhere. */
  limit: RequestLimit
}

/**
 * One HTTP operation, declared once. The Express route, the OpenAPI document and the gateway's endpoint all follow
 * from it. `path` is written as in OpenAPI: `/users/{user_id}`.
 */
export interface RouteDeclaration {
  id: string
  method: HttpMethod
  path: `/${string}`
  gateway: GatewayExposure | 'not exposed'
  access: Access
  summary: string
  description?: string
  tag: string
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodType
  /** Left out: JSON. A standard that says so is the only reason for a form. */
  bodyType?: 'form'
  answers: Readonly<Record<number, RouteAnswer>>
  /** Beyond the codes that every route can answer with. */
  errors?: readonly ErrorCode[]
}

type Parsed<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined

export interface RouteInput<Declaration extends RouteDeclaration, Caller = Principal> {
  params: Parsed<Declaration['params']>
  query: Parsed<Declaration['query']>
  body: Parsed<Declaration['body']>
  caller: CallerOf<Declaration['access'], Caller>
  request: RequestFacts
}

export interface RequestFacts {
  identity: RequestIdentity
  header(name: string): string | undefined
  ip: string | undefined
}

type AnswerBody<Answer> = Answer extends { schema: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined

/** What a handler may return: a declared status with the body that goes with it. */
export type RouteOutput<Declaration extends RouteDeclaration> = {
  [Status in keyof Declaration['answers'] & number]: AnswerBody<
    Declaration['answers'][Status]
  > extends undefined
    ? { status: Status; headers?: Record<string, string> }
    : { status: Status; body: AnswerBody<Declaration['answers'][Status]>; headers?: Record<string, string> }
}[keyof Declaration['answers'] & number]

export type RouteHandler<Declaration extends RouteDeclaration, Caller = Principal> = (
  input: RouteInput<Declaration, Caller>,
) => Promise<RouteOutput<Declaration>> | RouteOutput<Declaration>

export const declareRoute = <const Declaration extends RouteDeclaration>(declaration: Declaration) =>
  declaration

interface GivenAnswer {
  status: number
  body?: unknown
  headers?: Record<string, string>
}

/** A declaration with the handler that serves it, for callers of the kind that the service's guard lets in. */
export interface BoundRoute<Caller = Principal> {
  declaration: RouteDeclaration
  handle: (input: {
    params: unknown
    query: unknown
    body: unknown
    caller: Caller | undefined
    request: RequestFacts
  }) => GivenAnswer | Promise<GivenAnswer>
}

/** In two steps, because only then does TypeScript know the declaration when it reads the handler's answers. */
export const bindRoute =
  <Declaration extends RouteDeclaration>(declaration: Declaration) =>
  <Caller = Principal>(handler: RouteHandler<Declaration, Caller>): BoundRoute<Caller> => ({
    declaration,
    // The router hands over what the declaration's own schemas and the guard produced, so the types hold.
    handle: (input) => handler(input as RouteInput<Declaration, Caller>),
  })

/** Every declared route with its handler: a handler that is missing or answers otherwise does not compile. */
export const bindRoutes =
  <Declarations extends Readonly<Record<string, RouteDeclaration>>>(declarations: Declarations) =>
  <Caller = Principal>(handlers: {
    [Name in keyof Declarations]: RouteHandler<Declarations[Name], Caller>
  }): BoundRoute<Caller>[] =>
    Object.entries(declarations).map(([name, declaration]) =>
      // The pair was checked where it was written; here it has become one of many.
      bindRoute(declaration)(handlers[name] as unknown as RouteHandler<RouteDeclaration, Caller>),
    )
