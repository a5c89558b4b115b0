import { type ErrorCode, errorCodes } from '@accounts/shared/errors/codes'
import {
  type ApiSide,
  createOpenApiDocument,
  type NamedAnswer,
  type OpenApiDocument,
} from '@accounts/shared/http/openapi'
import { problemSchema } from '@accounts/shared/http/problem-schema'
import type { RequestLimit, RouteDeclaration } from '@accounts/shared/http/route'
import { version } from '@accounts/shared/version'
import { z } from 'zod'
import type { GatewayService } from './gateway-options.ts'
import { declareEdge } from './edge.ts'
import { declareTokenCheck } from './token-check.ts'

const introduction = `Everything that the gateway offers.

- A service tells errors as problem documents (RFC 9457).
- What the gateway itself refuses has no body: a token (401) or a role (403) where it checks them, more requests than a route takes (429), and 500 for what a service leaves unanswered. \`x-may-be-empty\` marks these answers.
- A path that there is none of is answered with \`UnknownPath\`, another method than a path has with \`OtherMethod\`: the members of a problem, as \`application/json\`.
- What is no proper HTTP request gets HTTP's own 400, 408, 417 or 431.

What a new password has to be is a matter of configuration; told here is the default.`

/** One OpenAPI document of what all services offer through the gateway, and of what it answers in their place. */
export const createGatewayOpenApi = (services: readonly GatewayService[]): OpenApiDocument =>
  createOpenApiDocument({
    title: 'Accounts and profiles',
    version,
    description: introduction,
    servers: [{ url: 'http://localhost:8080' }],
    routes: services.flatMap(({ routes }) => routes.flatMap(offeredRoutes)),
    side: gatewaySide(services),
  })

/** A route as clients find it: once for each of its paths. */
const offeredRoutes = (route: RouteDeclaration): RouteDeclaration[] =>
  pathsOf(route).map((path, index) => ({
    ...route,
    path,
    id: index === 0 ? route.id : `${route.id}At${inPascalCase(path.replace(/^\/api\//, ''))}`,
  }))

const pathsOf = ({ gateway }: RouteDeclaration) => (gateway === 'not exposed' ? [] : gateway.paths)

const inPascalCase = (text: string) =>
  text
    .split(/[^A-Za-z0-9]+/)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join('')

const gatewaySide = (services: readonly GatewayService[]): ApiSide => {
  const checkToken = declareTokenCheck(services, {})
  return {
    remark: (route) => describeOffer(route, checkToken(route.access) ? 'each user' : 'each address'),
    answers: ({ access, params }) => {
      const tokenCheck = checkToken(access)
      return {
        ...(params !== undefined && { 400: badParameter, 404: unknownPath }),
        ...(tokenCheck !== undefined && { 401: refusedToken }),
        ...(tokenCheck?.roles !== undefined && { 403: refusedRole }),
        429: tooManyRequests,
        431: headersTooLarge,
        500: params === undefined ? noAnswer : noAnswerOrControlCharacter,
      }
    },
    otherAnswers: [unknownPath, otherMethod],
  }
}

const describeOffer = (route: RouteDeclaration, client: string) => {
  if (route.gateway === 'not exposed') return ''
  const [canonical, ...aliases] = route.gateway.paths.map(
    (path) => `\`${route.method.toUpperCase()} ${path}\``,
  )
  const isCanonical = route.path === route.gateway.paths[0]
  const others = aliases.length === 0 ? '' : `Also offered as ${aliases.join(', ')}. `
  return `${isCanonical ? others : `An alias of ${canonical}. `}${describeLimit(route.gateway.limit, client)}`
}

const units = { '1s': 'a second', '1m': 'a minute', '1h': 'an hour' } as const

const describeLimit = ({ burst, requests, every }: RequestLimit, client: string) =>
  `Takes ${burst} requests at once and ${requests} more ${units[every]} from ${client}.`

const mayBeEmpty = { 'x-may-be-empty': true } as const

const asText = { 'text/plain': { schema: z.string() } } as const

const refusedToken: NamedAnswer = {
  name: 'RefusedToken',
  answer: { description: 'Without a body: from the gateway, which checks the token first.', ...mayBeEmpty },
}

const refusedRole: NamedAnswer = {
  name: 'RefusedRole',
  answer: { description: 'Without a body: from the gateway, by the roles in the token.', ...mayBeEmpty },
}

const away = `Without a body: the service is away, or took longer than ${declareEdge({}).timeout}`

const noAnswer: NamedAnswer = { name: 'NoAnswer', answer: { description: `${away}.`, ...mayBeEmpty } }

const noAnswerOrControlCharacter: NamedAnswer = {
  name: 'NoAnswerOrControlCharacter',
  answer: { description: `${away}, or a parameter of the path holds a control character.`, ...mayBeEmpty },
}

const tooManyRequests: NamedAnswer = {
  name: 'TooManyRequests',
  answer: { description: 'The limit of the route is reached. Without a body, and without `Retry-After`.' },
}

const headersTooLarge: NamedAnswer = {
  name: 'HeadersTooLarge',
  answer: { description: 'The headers of the request are too large.', content: asText, ...mayBeEmpty },
}

const badParameter: NamedAnswer = {
  name: 'BadParameter',
  answer: {
    description:
      'As text: an escape in the path is broken, or a parameter holds `%`, `?` or `#` once unescaped.',
    content: asText,
  },
}

const gatewayProblemSchema = problemSchema
  .pick({ type: true, title: true, status: true, code: true })
  .meta({ id: 'GatewayProblem', description: 'An error that the gateway itself tells' })

const asProblem = (code: ErrorCode) => ({
  'application/json': {
    schema: gatewayProblemSchema,
    example: { type: `urn:problem:${code}`, ...errorCodes[code], code },
  },
})

const unknownPath: NamedAnswer = {
  name: 'UnknownPath',
  answer: {
    description:
      'As `application/json`: there is no such path. A slash in a parameter makes another path, escaped or not.',
    content: asProblem('not_found'),
  },
}

const otherMethod: NamedAnswer = {
  name: 'OtherMethod',
  answer: {
    description: 'As `application/json`: the path has other methods.',
    headers: { Allow: { description: 'The methods it has', required: true, schema: { type: 'string' } } },
    content: asProblem('method_not_allowed'),
  },
}
