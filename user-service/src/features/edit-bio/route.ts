import { changeLimit } from '@accounts/shared/http/limits'
import { declareRoute, type RouteHandler } from '@accounts/shared/http/route'
import type { Caller } from '../../domain/caller.ts'
import { editBioSchema, presentProfile, profileSchema } from '../../domain/profile.ts'
import type { EditBio } from './edit-bio.ts'

export const editBioRoute = declareRoute({
  id: 'editBio',
  method: 'patch',
  path: '/edit-bio',
  gateway: { paths: ['/api/settings/edit-bio'], limit: changeLimit },
  access: 'signed in',
  tag: 'profiles',
  summary: 'Say something about myself',
  body: editBioSchema,
  answers: { 200: { description: 'The profile as it is now', schema: profileSchema } },
})

export const createEditBioHandler =
  ({ editBio }: { editBio: EditBio }): RouteHandler<typeof editBioRoute, Caller> =>
  async ({ caller, body }) => ({ status: 200, body: presentProfile(await editBio(caller.profile, body.bio)) })
