import { z } from 'zod'
import { roleNameSchema } from '../../domain/inputs.ts'
import { cursorQuery, limitQuery, nextCursor } from '../../domain/page-query.ts'
import { isPlainText } from '../../domain/text.ts'
import { userSchema } from '../../domain/schemas.ts'
import type { AccountDetails } from '../../ports.ts'
import { presentUser } from '../../domain/account.ts'
import { readPlace } from './place-cursor.ts'

export const userDetailsSchema = z
  .strictObject({
    ...userSchema.shape,
    display_name: z.string(),
    roles: z.array(z.string()).meta({ example: ['user'] }),
    created_at: z.iso.datetime(),
    last_login_at: z.iso.datetime().nullable(),
  })
  .meta({ id: 'UserDetails', description: 'An account, as those see it who look after it' })

export const userPageSchema = z
  .strictObject({
    users: z.array(userDetailsSchema),
    next_cursor: nextCursor,
  })
  .meta({ id: 'UserPage' })

export const listUsersQuerySchema = z
  .strictObject({
    query: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .refine(isPlainText, { error: 'Has to be plain text' })
      .optional()
      .meta({
        description: 'How the login, the address or a word of the name begins, whatever its case',
        example: 'john',
      }),
    role: roleNameSchema.optional().meta({ description: 'Who holds it, beyond what everybody has' }),
    is_active: z
      .enum(['true', 'false'])
      .transform((text) => text === 'true')
      .optional(),
    limit: limitQuery(50),
    cursor: cursorQuery(readPlace),
  })
  // Each is read from an index of its own; two of them at once would read all accounts.
  .refine(
    ({ query, role, is_active }) => [query, role, is_active].filter((one) => one !== undefined).length <= 1,
    {
      error: 'Only one of query, role and is_active at a time',
      path: ['query'],
    },
  )

export const presentDetails = (account: AccountDetails) => ({
  ...presentUser(account),
  display_name: account.displayName,
  roles: [...account.roles],
  created_at: account.createdAt.toISOString(),
  last_login_at: account.lastLoginAt?.toISOString() ?? null,
})
