import { requireRole } from '@accounts/shared/http/access'
import { changeLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { userIdSchema } from '../../domain/inputs.ts'
import { userSchema } from '../../domain/schemas.ts'
import type { DeactivateAccount } from './deactivate-account.ts'

export const deactivateOwnAccountRoute = declareRoute({
  id: 'deactivateOwnAccount',
  method: 'post',
  path: '/account-delete',
  gateway: { paths: ['/api/account-delete'], limit: changeLimit },
  access: 'signed in',
  tag: 'accounts',
  summary: 'Deactivate your account',
  description: 'Every session of it ends. Nothing is erased: login and address stay taken.',
  answers: { 200: { description: 'The account, no longer active', schema: userSchema } },
  errors: ['not_found', 'last_admin'],
})

export const deactivateAccountRoute = declareRoute({
  id: 'deactivateAccount',
  method: 'post',
  path: '/account-delete/{user_id}',
  gateway: { paths: ['/api/account-delete/{user_id}'], limit: changeLimit },
  access: requireRole('admin'),
  tag: 'administration',
  summary: "Deactivate somebody's account",
  description: 'As if they had done it themselves. Doing it again changes nothing.',
  params: z.object({ user_id: userIdSchema }),
  answers: { 200: { description: 'The account, no longer active', schema: userSchema } },
  errors: ['not_found', 'last_admin'],
})

interface HandlerNeeds {
  deactivateAccount: DeactivateAccount
}

export const createDeactivateOwnAccountHandler =
  ({ deactivateAccount }: HandlerNeeds): RouteHandler<typeof deactivateOwnAccountRoute, Caller> =>
  async ({ caller, request }) => ({
    status: 200,
    body: await deactivateAccount(caller.userId, caller.userId, originOf(request)),
  })

export const createDeactivateAccountHandler =
  ({ deactivateAccount }: HandlerNeeds): RouteHandler<typeof deactivateAccountRoute, Caller> =>
  async ({ params, caller, request }) => ({
    status: 200,
    body: await deactivateAccount(params.user_id, caller.userId, originOf(request)),
  })
