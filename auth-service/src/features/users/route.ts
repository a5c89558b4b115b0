import { ServiceError } from '@accounts/shared/errors/service-error'
import { requirePermission } from '@accounts/shared/http/access'
import { readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import type { Caller } from '../../domain/caller.ts'
import { userIdSchema } from '../../domain/inputs.ts'
import type { AccountDirectory } from '../../ports.ts'
import { writePlace } from './place-cursor.ts'
import { listUsersQuerySchema, presentDetails, userDetailsSchema, userPageSchema } from './schemas.ts'

export const listUsersRoute = declareRoute({
  id: 'listUsers',
  method: 'get',
  path: '/users',
  gateway: { paths: ['/api/users'], limit: readLimit },
  access: requirePermission('users:read'),
  tag: 'administration',
  summary: 'Accounts, by id, or those that are searched for',
  description: 'A page begins where the other ended, whatever came in between. Only one filter at a time.',
  query: listUsersQuerySchema,
  answers: { 200: { description: 'A page of accounts', schema: userPageSchema } },
})

export const showUserRoute = declareRoute({
  id: 'showUser',
  method: 'get',
  path: '/users/{user_id}',
  gateway: { paths: ['/api/users/{user_id}'], limit: readLimit },
  access: requirePermission('users:read'),
  tag: 'administration',
  summary: 'One account',
  params: z.object({ user_id: userIdSchema }),
  answers: { 200: { description: 'The account', schema: userDetailsSchema } },
  errors: ['not_found'],
})

interface HandlerNeeds {
  accountDirectory: AccountDirectory
}

export const createListUsersHandler =
  ({ accountDirectory }: HandlerNeeds): RouteHandler<typeof listUsersRoute, Caller> =>
  async ({ query: { query, role, is_active: isActive, limit, cursor: after } }) => {
    const { accounts, next } = await accountDirectory.page({ query, role, isActive, limit, after })
    const next_cursor = next && writePlace(next)
    return { status: 200, body: { users: accounts.map(presentDetails), next_cursor } }
  }

export const createShowUserHandler =
  ({ accountDirectory }: HandlerNeeds): RouteHandler<typeof showUserRoute, Caller> =>
  async ({ params: { user_id: id } }) => {
    const account = await accountDirectory.find(id)
    if (account === null) throw new ServiceError('not_found')
    return { status: 200, body: presentDetails(account) }
  }
