import { requirePermission } from '@accounts/shared/http/access'
import { changeLimit, readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import { z } from 'zod'
import { originOf } from '../../domain/audit.ts'
import type { Caller } from '../../domain/caller.ts'
import { userIdSchema } from '../../domain/inputs.ts'
import type { EndAllSessions } from './end-all-sessions.ts'
import type { EndOtherSessions } from './end-other-sessions.ts'
import type { EndSession } from './end-session.ts'
import type { ListSessions } from './list-sessions.ts'
import type { SessionUseCases } from './use-cases.ts'
import {
  everyoneQuerySchema,
  presentSession,
  sessionIdSchema,
  sessionListSchema,
  signedOutSchema,
} from './schemas.ts'

const tag = 'sessions'

export const listSessionsRoute = declareRoute({
  id: 'listSessions',
  method: 'get',
  path: '/sessions',
  gateway: { paths: ['/api/sessions'], limit: readLimit },
  access: 'signed in',
  tag,
  summary: 'Where am I signed in?',
  description: 'Sessions that have not ended, the last used first; of more than 100 those last used.',
  answers: { 200: { description: 'Your sessions', schema: sessionListSchema } },
})

export const endOtherSessionsRoute = declareRoute({
  id: 'endOtherSessions',
  method: 'delete',
  path: '/sessions',
  gateway: { paths: ['/api/sessions'], limit: changeLimit },
  access: 'signed in',
  tag,
  summary: 'Sign out everywhere else',
  description: 'Every other session ends, and all of its tokens are dead. The one that asks goes on.',
  answers: { 204: { description: 'No other session is left' } },
})

export const endSessionRoute = declareRoute({
  id: 'endSession',
  method: 'delete',
  path: '/sessions/{session_id}',
  gateway: { paths: ['/api/sessions/{session_id}'], limit: changeLimit },
  access: 'signed in',
  tag,
  summary: 'End one of your sessions',
  description: 'All of its tokens are dead. The one that asks can end itself, which is signing out.',
  params: z.object({ session_id: sessionIdSchema }),
  answers: { 204: { description: 'Ended' } },
  errors: ['not_found'],
})

const ofAnAccount = {
  path: '/users/{user_id}/sessions',
  tag: 'administration',
  params: z.object({ user_id: userIdSchema }),
  errors: ['not_found'],
} as const

const ofAnAccountAtGateway = '/api/users/{user_id}/sessions'

export const listUserSessionsRoute = declareRoute({
  ...ofAnAccount,
  id: 'listUserSessions',
  method: 'get',
  gateway: { paths: [ofAnAccountAtGateway], limit: readLimit },
  access: requirePermission('users:read'),
  summary: 'Where is somebody signed in?',
  description: 'As they would see it themselves.',
  answers: { 200: { description: 'Their sessions', schema: sessionListSchema } },
})

export const endUserSessionsRoute = declareRoute({
  ...ofAnAccount,
  id: 'endUserSessions',
  method: 'delete',
  gateway: { paths: [ofAnAccountAtGateway], limit: changeLimit },
  access: requirePermission('users:write'),
  summary: 'Sign somebody out everywhere',
  description: 'Every session of the account ends, and all of its tokens are dead. They can sign in again.',
  answers: { 204: { description: 'Signed out' } },
})

export const endSessionsOfEveryoneRoute = declareRoute({
  id: 'endSessionsOfEveryone',
  method: 'delete',
  path: '/users/sessions',
  gateway: { paths: ['/api/users/sessions'], limit: changeLimit },
  access: requirePermission('users:write'),
  tag: 'administration',
  summary: 'Sign everyone out',
  description:
    'A page of the accounts that somebody is signed in to; repeat it with `next_cursor` until that is `null`, also ' +
    'where a page has nobody. All of their sessions end, and all of their tokens are dead; of yours the session that ' +
    'asks goes on. They can sign in again. After an answer that was lost the same request goes on where it stopped.',
  query: everyoneQuerySchema,
  answers: { 200: { description: 'How many were signed out', schema: signedOutSchema } },
})

export const createListSessionsHandler =
  ({ listSessions }: { listSessions: ListSessions }): RouteHandler<typeof listSessionsRoute, Caller> =>
  async ({ caller }) => ({ status: 200, body: await shownTo(caller, listSessions(caller.userId)) })

export const createEndOtherSessionsHandler =
  ({
    endOtherSessions,
  }: {
    endOtherSessions: EndOtherSessions
  }): RouteHandler<typeof endOtherSessionsRoute, Caller> =>
  async ({ caller, request }) => {
    await endOtherSessions(caller, originOf(request))
    return { status: 204 }
  }

export const createEndSessionHandler =
  ({ endSession }: { endSession: EndSession }): RouteHandler<typeof endSessionRoute, Caller> =>
  async ({ params, caller, request }) => {
    await endSession(params.session_id, caller, originOf(request))
    return { status: 204 }
  }

export const createListUserSessionsHandler =
  ({ listSessions }: { listSessions: ListSessions }): RouteHandler<typeof listUserSessionsRoute, Caller> =>
  async ({ params, caller }) => ({ status: 200, body: await shownTo(caller, listSessions(params.user_id)) })

export const createEndUserSessionsHandler =
  ({
    endAllSessions,
  }: {
    endAllSessions: EndAllSessions
  }): RouteHandler<typeof endUserSessionsRoute, Caller> =>
  async ({ params, caller, request }) => {
    await endAllSessions(params.user_id, caller.userId, originOf(request))
    return { status: 204 }
  }

export const createEndSessionsOfEveryoneHandler =
  ({
    endSessionsOfEveryone,
  }: Pick<SessionUseCases, 'endSessionsOfEveryone'>): RouteHandler<
    typeof endSessionsOfEveryoneRoute,
    Caller
  > =>
  async ({ query: { cursor = 0 }, caller, request }) => {
    const { accounts, failed, next } = await endSessionsOfEveryone(cursor, caller, originOf(request))
    return { status: 200, body: { accounts, failed, next_cursor: next === null ? null : String(next) } }
  }

const shownTo = async ({ sessionId }: Caller, listed: ReturnType<ListSessions>) => ({
  sessions: (await listed).map((session) => presentSession(session, sessionId)),
})
