import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { originOf } from '../../domain/audit.ts'
import { refreshSchema } from '../../domain/inputs.ts'
import { tokenPairSchema } from '../../domain/schemas.ts'
import type { Refresh } from './refresh.ts'

export const refreshRoute = declareRoute({
  id: 'refresh',
  method: 'post',
  path: '/refresh',
  gateway: {
    paths: ['/api/refresh', '/api/v1/auth/refresh'],
    limit: { burst: 60, requests: 120, every: '1m' },
  },
  access: 'anyone',
  tag: 'tokens',
  summary: 'Exchange a refresh token for a new pair',
  description:
    'Each refresh token is exchanged once. The one just exchanged gets the same new pair again for a few seconds, so ' +
    'that two tabs, or a lost answer, sign nobody out. Any older one was stolen from somebody: it ends the session.',
  body: refreshSchema,
  answers: { 200: { description: 'The new pair; the old refresh token is dead', schema: tokenPairSchema } },
  errors: ['token_invalid', 'token_expired', 'token_revoked', 'unavailable'],
})

export const createRefreshHandler =
  ({ refresh }: { refresh: Refresh }): RouteHandler<typeof refreshRoute> =>
  async ({ body, request }) => ({ status: 200, body: await refresh(body, originOf(request)) })
