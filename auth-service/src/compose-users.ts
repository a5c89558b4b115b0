import { createAccountDirectory } from './adapters/database/account-directory.ts'
import { createSignedInAccounts } from './adapters/database/session-pages.ts'
import type { CommandFoundation } from './compose-command.ts'
import { createAssignRoles } from './features/assign-roles/assign-roles.ts'
import { createDeactivateAccount } from './features/deactivate-account/deactivate-account.ts'
import { createEditRoles } from './features/operator/edit-roles.ts'
import { createFindAccount } from './features/operator/find-account.ts'
import type { UsersUseCases } from './features/operator/users-command.ts'
import { createReactivateAccount } from './features/reactivate-account/reactivate-account.ts'
import { createEndAllSessions } from './features/sessions/end-all-sessions.ts'
import { createEndSessionsOfEveryone } from './features/sessions/end-sessions-of-everyone.ts'
import { writePlace } from './features/users/place-cursor.ts'
import { listUsersQuerySchema, presentDetails } from './features/users/schemas.ts'

/** The same as over HTTP, done by nobody in particular. */
export const createUsersUseCases = (needs: CommandFoundation): UsersUseCases => {
  const { clock } = needs
  const endAllSessions = createEndAllSessions(needs)
  const accountDirectory = createAccountDirectory(needs.database)
  return {
    listAccounts: async (asked) => {
      const parsed = listUsersQuerySchema.safeParse(asked)
      if (!parsed.success) throw new Error(parsed.error.issues.map(faultOf).join('; '))
      const { query, role, is_active: isActive, limit, cursor: after } = parsed.data
      const { accounts, next } = await accountDirectory.page({ query, role, isActive, limit, after })
      return { accounts, next: next && writePlace(next) }
    },
    findAccount: createFindAccount({ ...needs, accountDirectory }),
    presentDetails,
    editRoles: createEditRoles({
      ...needs,
      assignRolesWithin: (store) =>
        createAssignRoles({ transact: async (_origin, work) => work(store), clock }),
    }),
    deactivateAccount: createDeactivateAccount(needs),
    reactivateAccount: createReactivateAccount(needs),
    endAllSessions,
    endSessionsOfEveryone: createEndSessionsOfEveryone({
      ...needs,
      signedInAccounts: createSignedInAccounts(needs),
      endThoseOf: async (userId, ender: undefined, origin) => {
        await endAllSessions(userId, ender, origin)
        return true
      },
    }),
  }
}

const faultOf = ({ path, message }: { path: PropertyKey[]; message: string }) =>
  `--${path.map(String).join('.').replace('cursor', 'after')}: ${message}`
