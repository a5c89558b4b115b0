import type { Express, RequestHandler } from 'express'
import type { z } from 'zod'
import { type FieldError, ServiceError } from '../errors/service-error.ts'
import type { Guard } from './access.ts'
import { readBody } from './body.ts'
import type { BoundRoute } from './route.ts'
import { send } from './send.ts'

/** Puts declared routes on an Express application; a path that exists under other methods answers 405. */
export const mountRoutes = <Caller>(
  app: Express,
  routes: readonly BoundRoute<Caller>[],
  guard: Guard<Caller>,
) => {
  for (const route of routes)
    app[route.declaration.method](expressPath(route.declaration.path), serve(route, guard))
  for (const [path, allowed] of methodsByPath(routes)) {
    app.all(expressPath(path), () => {
      throw new ServiceError('method_not_allowed', { headers: { Allow: allowed.join(', ') } })
    })
  }
}

const expressPath = (path: string) => path.replaceAll(/\{(\w+)\}/g, ':$1')

/** Who calls is settled before anything they sent is looked at. */
const serve =
  <Caller>({ declaration, handle }: BoundRoute<Caller>, guard: Guard<Caller>): RequestHandler =>
  async (request, response) => {
    const { access } = declaration
    const caller = access === 'anyone' ? undefined : await guard.admit(access, request)

    const faults: FieldError[] = []
    const params = check(declaration.params, request.params, ['params'], faults)
    const query = check(declaration.query, request.query, ['query'], faults)
    const { body: bodySchema, bodyType = 'json' } = declaration
    const sent = bodySchema && (await readBody(request, response, bodyType))
    const body = check(bodySchema, sent, [], faults)
    if (faults.length > 0) throw new ServiceError('validation_failed', { errors: faults })

    send(response, await handle({ params, query, body, caller, request }))
  }

const check = (
  schema: z.ZodType | undefined,
  value: unknown,
  root: readonly string[],
  faults: FieldError[],
): unknown => {
  if (schema === undefined) return undefined
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) {
    // An unknown member is reported at its own path: a form can show the message beside the field.
    const members = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [key]) : [[]]
    for (const member of members)
      faults.push({
        path: [...root, ...issue.path, ...member].join('.'),
        message: issue.code === 'unrecognized_keys' ? 'Unknown member' : issue.message,
      })
  }
  return undefined
}

const methodsByPath = (routes: readonly { declaration: BoundRoute['declaration'] }[]) => {
  const methods = new Map<string, string[]>()
  for (const { declaration } of routes) {
    const known = methods.get(declaration.path) ?? []
    methods.set(declaration.path, [...known, declaration.method.toUpperCase()])
  }
  return methods
}
