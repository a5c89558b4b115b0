import { requirePermission } from '@accounts/shared/http/access'
import { changeLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { userIdSchema } from '../../domain/inputs.ts'
import { userSchema } from '../../domain/schemas.ts'
import type { ReactivateAccount } from './reactivate-account.ts'

export const reactivateAccountRoute = declareRoute({
  id: 'reactivateAccount',
  method: 'post',
  path: '/users/{user_id}/reactivate',
  gateway: { paths: ['/api/users/{user_id}/reactivate'], limit: changeLimit },
  access: requirePermission('users:write'),
  tag: 'administration',
  summary: 'Activate a deactivated account again',
  description:
    'Its owner can sign in again; sessions and tokens from before stay dead. Doing it again changes nothing.',
  params: z.object({ user_id: userIdSchema }),
  answers: { 200: { description: 'The account, active', schema: userSchema } },
  errors: ['not_found'],
})

export const createReactivateAccountHandler =
  ({
    reactivateAccount,
  }: {
    reactivateAccount: ReactivateAccount
  }): RouteHandler<typeof reactivateAccountRoute, Caller> =>
  async ({ params, caller, request }) => ({
    status: 200,
    body: await reactivateAccount(params.user_id, caller.userId, originOf(request)),
  })
