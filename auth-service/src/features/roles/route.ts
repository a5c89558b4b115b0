import { permissions } from '@accounts/shared/access/permissions'
import { requirePermission } from '@accounts/shared/http/access'
import { changeLimit, readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { ServiceError } from '@accounts/shared/errors/service-error'
import { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { roleNameSchema } from '../../domain/inputs.ts'
import type { RoleLookup } from '../../ports.ts'
import type { RoleChanges } from './change-roles.ts'
import {
  listRolesQuerySchema,
  newRoleSchema,
  permissionsSchema,
  presentRole,
  roleChangeSchema,
  rolePageSchema,
  roleSchema,
} from './schemas.ts'

const tag = 'roles'
const params = z.object({ name: roleNameSchema })
const oneRole = '/roles/{name}'
const oneRoleAtGateway = '/api/roles/{name}'

export const listRolesRoute = declareRoute({
  id: 'listRoles',
  method: 'get',
  path: '/roles',
  gateway: { paths: ['/api/roles'], limit: readLimit },
  access: requirePermission('roles:read'),
  tag,
  summary: 'Roles, by name',
  query: listRolesQuerySchema,
  answers: { 200: { description: 'A page of roles', schema: rolePageSchema } },
})

export const createRoleRoute = declareRoute({
  id: 'createRole',
  method: 'post',
  path: '/roles',
  gateway: { paths: ['/api/roles'], limit: changeLimit },
  access: requirePermission('roles:write'),
  tag,
  summary: 'Make a role',
  description: 'It can allow what its maker may do, and nothing else.',
  body: newRoleSchema,
  answers: { 201: { description: 'The role', schema: roleSchema } },
  errors: ['role_exists'],
})

export const showRoleRoute = declareRoute({
  id: 'showRole',
  method: 'get',
  path: oneRole,
  gateway: { paths: [oneRoleAtGateway], limit: readLimit },
  access: requirePermission('roles:read'),
  tag,
  summary: 'One role',
  params,
  answers: { 200: { description: 'The role', schema: roleSchema } },
  errors: ['not_found'],
})

export const changeRoleRoute = declareRoute({
  id: 'changeRole',
  method: 'patch',
  path: oneRole,
  gateway: { paths: [oneRoleAtGateway], limit: changeLimit },
  access: requirePermission('roles:write'),
  tag,
  summary: 'Change a role',
  description:
    'Whoever holds it has to refresh when it allows something else; their older access tokens are dead.',
  params,
  body: roleChangeSchema,
  answers: { 200: { description: 'The role', schema: roleSchema } },
  errors: ['not_found', 'role_built_in', 'changed_meanwhile'],
})

export const deleteRoleRoute = declareRoute({
  id: 'deleteRole',
  method: 'delete',
  path: oneRole,
  gateway: { paths: [oneRoleAtGateway], limit: changeLimit },
  access: requirePermission('roles:write'),
  tag,
  summary: 'Delete a role that nobody holds',
  params,
  answers: { 204: { description: 'Deleted' } },
  errors: ['not_found', 'role_built_in', 'role_in_use'],
})

export const listPermissionsRoute = declareRoute({
  id: 'listPermissions',
  method: 'get',
  path: '/permissions',
  gateway: { paths: ['/api/permissions'], limit: readLimit },
  access: requirePermission('roles:read'),
  tag,
  summary: 'Everything that a role can allow',
  description: 'All of a kind at once, those of later versions among them, is written `users:*`.',
  answers: { 200: { description: 'Every permission', schema: permissionsSchema } },
})

export interface RoleNeeds {
  roleLookup: RoleLookup
  roleChanges: RoleChanges
}

export const createListRolesHandler =
  ({ roleLookup }: RoleNeeds): RouteHandler<typeof listRolesRoute, Caller> =>
  async ({ query: { limit, cursor } }) => {
    const roles = await roleLookup.page({ after: cursor, limit: limit + 1 })
    const page = roles.slice(0, limit)
    const next_cursor = roles.length > limit ? (page.at(-1)?.name ?? null) : null
    return { status: 200, body: { roles: page.map(presentRole), next_cursor } }
  }

export const createCreateRoleHandler =
  ({ roleChanges }: RoleNeeds): RouteHandler<typeof createRoleRoute, Caller> =>
  async ({ body, caller, request }) => ({
    status: 201,
    body: presentRole(await roleChanges.createRole(body, caller, originOf(request))),
  })

export const createShowRoleHandler =
  ({ roleLookup }: RoleNeeds): RouteHandler<typeof showRoleRoute, Caller> =>
  async ({ params: { name } }) => {
    const role = await roleLookup.find(name)
    if (role === null) throw new ServiceError('not_found')
    return { status: 200, body: presentRole(role) }
  }

export const createChangeRoleHandler =
  ({ roleChanges }: RoleNeeds): RouteHandler<typeof changeRoleRoute, Caller> =>
  async ({ params: { name }, body, caller, request }) => ({
    status: 200,
    body: presentRole(await roleChanges.changeRole(name, body, caller, originOf(request))),
  })

export const createDeleteRoleHandler =
  ({ roleChanges }: RoleNeeds): RouteHandler<typeof deleteRoleRoute, Caller> =>
  async ({ params: { name }, caller, request }) => {
    await roleChanges.deleteRole(name, caller, originOf(request))
    return { status: 204 }
  }

export const createListPermissionsHandler = (): RouteHandler<typeof listPermissionsRoute, Caller> => () => ({
  status: 200,
  body: {
    permissions: Object.entries(permissions).map(([name, description]) => ({ name, description })),
  },
})
