import { readLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import type { Caller } from '../../domain/caller.ts'
import { presentProfile, profileSchema } from '../../domain/profile.ts'

export const profileRoute = declareRoute({
  id: 'profile',
  method: 'get',
  path: '/profile',
  gateway: { paths: ['/api/profile'], limit: readLimit },
  access: 'signed in',
  tag: 'profiles',
  summary: 'My profile',
  description: 'There from the moment of registration on.',
  answers: { 200: { description: 'The profile of whoever holds the token', schema: profileSchema } },
})

export const createProfileHandler =
  (): RouteHandler<typeof profileRoute, Caller> =>
  ({ caller }) => ({ status: 200, body: presentProfile(caller.profile) })
