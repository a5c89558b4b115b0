import { grants, permissions } from '@accounts/shared/access/permissions'
import { z } from 'zod'
import { roleNameSchema } from '../../domain/inputs.ts'
import type { Role } from '../../domain/roles.ts'
import { limitQuery, mostAtATime, nextCursor } from '../../domain/page-query.ts'
import { isPlainText } from '../../domain/text.ts'

const permissionNames = [...grants] as [string, ...string[]]

const description = z
  .string()
  .max(200)
  .refine(isPlainText, { error: 'Has to be plain text' })
  .meta({ example: 'Answers the phone' })

const permissionList = z
  .array(z.enum(permissionNames, { error: 'Has to be one of GET /permissions, or all of a kind: users:*' }))
  .max(permissionNames.length)
  .transform((names): string[] => [...new Set(names)].toSorted())
  .meta({ example: ['users:read'] })

const version = z.int().min(1).meta({ description: 'Grows with every change', example: 1 })

export const roleSchema = z
  .strictObject({
    name: roleNameSchema,
    description: z.string(),
    built_in: z.boolean().meta({ description: '`true`: it cannot be changed or deleted' }),
    permissions: z.array(z.string()).meta({ example: ['users:read'] }),
    version,
  })
  .meta({ id: 'Role' })

export const rolePageSchema = z
  .strictObject({
    roles: z.array(roleSchema),
    next_cursor: nextCursor,
  })
  .meta({ id: 'RolePage' })

export const listRolesQuerySchema = z.strictObject({
  limit: limitQuery(mostAtATime),
  // By the name of the last one, so that a page begins where the other ended, whatever came in between.
  cursor: roleNameSchema.optional().meta({ description: 'The `next_cursor` of the page before' }),
})

export const newRoleSchema = z
  .strictObject({ name: roleNameSchema, description: description.default(''), permissions: permissionList })
  .meta({ id: 'NewRole' })

export const roleChangeSchema = z
  .strictObject({
    description: description.optional(),
    permissions: permissionList.optional(),
    version: version.meta({ description: 'Of the role that the change was made on' }),
  })
  .meta({ id: 'RoleChange' })

export const permissionsSchema = z
  .strictObject({
    permissions: z.array(z.strictObject({ name: z.string(), description: z.string() })),
  })
  .meta({
    id: 'Permissions',
    example: { permissions: [{ name: 'users:read', description: permissions['users:read'] }] },
  })

export const presentRole = ({
  name,
  description: text,
  isBuiltIn,
  permissions: allowed,
  version: current,
}: Role) => ({
  name,
  description: text,
  built_in: isBuiltIn,
  permissions: [...allowed],
  version: current,
})
