import { bindRoutes, type RouteDeclaration } from '@accounts/shared/http/route'
import type { Caller } from '../domain/caller.ts'
import type { EditBio } from '../features/edit-bio/edit-bio.ts'
import { createEditBioHandler, editBioRoute } from '../features/edit-bio/route.ts'
import { createListAccountsHandler, listAccountsRoute } from '../features/list-accounts/route.ts'
import { createProfileHandler, profileRoute } from '../features/profile/route.ts'
import type { ListAccounts } from '../ports.ts'

/** The whole API of user-service on one page. */
export const userRoutes = {
  profile: profileRoute,
  editBio: editBioRoute,
  listAccounts: listAccountsRoute,
} satisfies Record<string, RouteDeclaration>

interface UseCases {
  editBio: EditBio
  listAccounts: ListAccounts
}

export const createRoutes = (useCases: UseCases) =>
  bindRoutes(userRoutes)<Caller>({
    profile: createProfileHandler(),
    editBio: createEditBioHandler(useCases),
    listAccounts: createListAccountsHandler(useCases),
  })
