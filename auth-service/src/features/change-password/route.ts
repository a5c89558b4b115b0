import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import type { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { createPasswordChangeSchema } from '../../domain/registration.ts'
import type { ChangePassword } from './change-password.ts'

export const createChangePasswordRoute = (password: z.ZodType<string>) =>
  declareRoute({
    id: 'changePassword',
    method: 'post',
    path: '/password/change',
    gateway: { paths: ['/api/password/change'], limit: { burst: 5, requests: 10, every: '1m' } },
    access: 'signed in',
    tag: 'accounts',
    summary: 'Change your password',
    description:
      'Every other session ends. This one goes on with its refresh token; access tokens issued before are dead.',
    body: createPasswordChangeSchema({ password }),
    answers: { 204: { description: 'Changed' } },
    errors: ['wrong_credentials'],
  })

export const createChangePasswordHandler =
  ({
    changePassword,
  }: {
    changePassword: ChangePassword
  }): RouteHandler<ReturnType<typeof createChangePasswordRoute>, Caller> =>
  async ({ body, caller, request }) => {
    await changePassword(body, caller, originOf(request))
    return { status: 204 }
  }
