import { readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { presentUser } from '../../domain/account.ts'
import type { Caller } from '../../domain/caller.ts'
import { userSchema } from '../../domain/schemas.ts'

const meSchema = z
  .strictObject({
    user: userSchema,
    roles: z.array(z.string()),
    permissions: z.array(z.string()),
    session_id: z.string(),
  })
  .meta({ id: 'Me' })

export const meRoute = declareRoute({
  id: 'me',
  method: 'get',
  path: '/me',
  gateway: { paths: ['/api/me'], limit: readLimit },
  access: 'signed in',
  tag: 'accounts',
  summary: 'Who am I, and what may I do?',
  answers: { 200: { description: 'The account behind the token', schema: meSchema } },
})

export const createMeHandler = (): RouteHandler<typeof meRoute, Caller> => (input) => {
  const { account, roles, permissions, sessionId } = input.caller
  return {
    status: 200,
    body: {
      user: presentUser(account),
      roles: [...roles],
      permissions: [...permissions],
      session_id: sessionId,
    },
  }
}
