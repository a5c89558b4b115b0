import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import type { KnownAccount, ListAccounts } from '../../ports.ts'

const mostAtATime = 500

const knownAccountSchema = z
  .strictObject({
    auth_id: z.int(),
    is_active: z.boolean(),
    security_version: z.int(),
    event_version: z.int(),
    display_name: z.string().nullable(),
  })
  .meta({ id: 'KnownAccount' })

const isWholeNumber = /^(?:0|[1-9]\d{0,14})$/

const listQuery = z.strictObject({
  after: z
    .string()
    .regex(isWholeNumber, { error: 'Has to be the id of an account, or 0' })
    .transform(Number)
    .default(0)
    .meta({ description: 'The last `auth_id` that was seen', example: '0' }),
  limit: z
    .string()
    .regex(isWholeNumber)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= mostAtATime)
    .default(mostAtATime)
    .meta({ description: `How many at most: 1 to ${mostAtATime}`, example: String(mostAtATime) }),
})

export const listAccountsRoute = declareRoute({
  id: 'listAccounts',
  method: 'get',
  path: '/accounts',
  gateway: 'not exposed',
  access: 'service',
  tag: 'operations',
  summary: 'What is known of every account, page by page',
  description:
    'For comparing with auth-service. By `auth_id`; fewer than asked for are the last. An account may have a profile ' +
    'that no event speaks of yet (`event_version` 0), or be known from events that made no profile (`display_name` null).',
  query: listQuery,
  answers: { 200: { description: 'The next accounts', schema: z.array(knownAccountSchema) } },
  errors: ['unavailable'],
})

export const createListAccountsHandler =
  ({ listAccounts }: { listAccounts: ListAccounts }): RouteHandler<typeof listAccountsRoute> =>
  async ({ query }) => ({ status: 200, body: (await listAccounts(query)).map(present) })

const present = (account: KnownAccount) => ({
  auth_id: account.authId,
  is_active: account.isActive,
  security_version: account.securityVersion,
  event_version: account.eventVersion,
  display_name: account.displayName,
})
