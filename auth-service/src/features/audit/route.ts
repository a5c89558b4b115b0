import { requirePermission } from '@accounts/shared/http/access'
import { readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import type { Caller } from '../../domain/caller.ts'
import { presentEntry } from './audit-entry.ts'
import type { ListAudit } from './list-audit.ts'
import { auditPageSchema, listQuerySchema } from './schemas.ts'

export const listAuditRoute = declareRoute({
  id: 'listAudit',
  method: 'get',
  path: '/audit',
  gateway: { paths: ['/api/audit'], limit: readLimit },
  access: requirePermission('audit:read'),
  tag: 'audit',
  summary: 'What has happened to accounts',
  description:
    'Newest first. A page says where the next one begins; what is written meanwhile moves nothing. Entries are ' +
    'chained by their hashes a moment after they were written.',
  query: listQuerySchema,
  answers: { 200: { description: 'A page of the audit log', schema: auditPageSchema } },
  errors: ['unavailable'],
})

export const createListAuditHandler =
  ({ listAudit }: { listAudit: ListAudit }): RouteHandler<typeof listAuditRoute, Caller> =>
  async ({ query: { limit, cursor, action, user_id: userId, actor_id: actorId, since, until } }) => {
    const filter = { action, userId, actorId, since, until }
    const { records, next } = await listAudit({ filter, limit, cursor })
    return { status: 200, body: { entries: records.map(presentEntry), next_cursor: next } }
  }
