import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { tokenTextSchema } from '../../domain/inputs.ts'
import type { Introspect } from './introspect.ts'

const introspectionSchema = z
  .discriminatedUnion('active', [
    z.strictObject({ active: z.literal(false) }).meta({ id: 'DeadToken' }),
    z
      .strictObject({
        active: z.literal(true),
        username: z.string(),
        iss: z.string(),
        aud: z.string(),
        sub: z.string(),
        iat: z.int(),
        exp: z.int(),
        jti: z.string(),
        sid: z.string(),
        type: z.enum(['access', 'refresh']),
        role: z.string(),
      })
      .meta({ id: 'LivingToken' }),
  ])
  .meta({ id: 'Introspection' })

export const introspectRoute = declareRoute({
  id: 'introspect',
  method: 'post',
  path: '/introspect',
  gateway: 'not exposed',
  access: 'service',
  tag: 'tokens',
  summary: 'Is this token alive, and whose is it?',
  description:
    'RFC 7662, for parts of the deployment that cannot know of ended sessions themselves. Takes tokens of both types.',
  // Not strict: the standard lets clients send members of their own.
  body: z.object({ token: tokenTextSchema, token_type_hint: z.string().max(64).optional() }),
  bodyType: 'form',
  answers: { 200: { description: 'What is known of it', schema: introspectionSchema } },
  errors: ['unavailable'],
})

export const createIntrospectHandler =
  ({ introspect }: { introspect: Introspect }): RouteHandler<typeof introspectRoute> =>
  async ({ body }) => ({ status: 200, body: await introspect(body) })
