import { changeLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { refreshSchema } from '../../domain/inputs.ts'
import type { Logout } from './logout.ts'

export const logoutRoute = declareRoute({
  id: 'logout',
  method: 'post',
  path: '/logout',
  gateway: { paths: ['/api/logout'], limit: changeLimit },
  access: 'signed in, even if expired',
  tag: 'accounts',
  summary: 'Sign out',
  description: 'Takes the two tokens of one session. Both are dead afterwards, and so is the session.',
  body: refreshSchema,
  answers: { 204: { description: 'Signed out' } },
})

export const createLogoutHandler =
  ({ logout }: { logout: Logout }): RouteHandler<typeof logoutRoute, Caller> =>
  async ({ body, caller, request }) => {
    await logout(body, caller, originOf(request))
    return { status: 204 }
  }
