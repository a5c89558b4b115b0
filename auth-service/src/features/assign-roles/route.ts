import { requirePermission } from '@accounts/shared/http/access'
import { changeLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { roleNameSchema, userIdSchema } from '../../domain/inputs.ts'
import type { AssignRoles } from './assign-roles.ts'

const mostRoles = 20

const rolesSchema = z
  .strictObject({
    roles: z
      .array(roleNameSchema)
      .max(mostRoles)
      .meta({ example: ['support'] }),
  })
  .meta({ id: 'AssignedRoles', description: 'All roles of an account. Everybody has `user`, named or not.' })

export const assignRolesRoute = declareRoute({
  id: 'assignRoles',
  method: 'put',
  path: '/users/{user_id}/roles',
  gateway: { paths: ['/api/users/{user_id}/roles'], limit: changeLimit },
  access: requirePermission('roles:assign'),
  tag: 'administration',
  summary: 'Give an account its roles',
  description:
    'Instead of those it had. Nobody can give or take away a role that allows more than their own do. Older access ' +
    'tokens of the account are dead, its sessions go on.',
  params: z.object({ user_id: userIdSchema }),
  body: rolesSchema,
  answers: { 200: { description: 'The roles of the account now', schema: rolesSchema } },
  errors: ['not_found', 'last_admin'],
})

export const createAssignRolesHandler =
  ({ assignRoles }: { assignRoles: AssignRoles }): RouteHandler<typeof assignRolesRoute, Caller> =>
  async ({ params, body, caller, request }) => ({
    status: 200,
    body: { roles: [...(await assignRoles(params.user_id, body.roles, caller, originOf(request)))] },
  })
