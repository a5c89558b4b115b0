import { bindRoutes, type RouteDeclaration } from '@accounts/shared/http/route'
import type { z } from 'zod'
import type { Caller } from '../domain/caller.ts'
import type { AssignRoles } from '../features/assign-roles/assign-roles.ts'
import { assignRolesRoute, createAssignRolesHandler } from '../features/assign-roles/route.ts'
import type { ListAudit } from '../features/audit/list-audit.ts'
import { createListAuditHandler, listAuditRoute } from '../features/audit/route.ts'
import type { ChangePassword } from '../features/change-password/change-password.ts'
import { createChangePasswordHandler, createChangePasswordRoute } from '../features/change-password/route.ts'
import type { DeactivateAccount } from '../features/deactivate-account/deactivate-account.ts'
import {
  createDeactivateAccountHandler,
  createDeactivateOwnAccountHandler,
  deactivateAccountRoute,
  deactivateOwnAccountRoute,
} from '../features/deactivate-account/route.ts'
import {
  createDiscardEventHandler,
  createListEventsHandler,
  createReplayEventHandler,
  createRepublishEventsHandler,
  createShowEventHandler,
  discardEventRoute,
  listEventsRoute,
  replayEventRoute,
  republishEventsRoute,
  showEventRoute,
} from '../features/events/route.ts'
import type { EventUseCases } from '../features/events/use-cases.ts'
import type { Introspect } from '../features/introspect/introspect.ts'
import { createIntrospectHandler, introspectRoute } from '../features/introspect/route.ts'
import { createJwksHandler, jwksRoute } from '../features/jwks/route.ts'
import type { Login } from '../features/login/login.ts'
import { createLoginHandler, loginRoute } from '../features/login/route.ts'
import type { Logout } from '../features/logout/logout.ts'
import { createLogoutHandler, logoutRoute } from '../features/logout/route.ts'
import { createMeHandler, meRoute } from '../features/me/route.ts'
import type { ReactivateAccount } from '../features/reactivate-account/reactivate-account.ts'
import {
  createReactivateAccountHandler,
  reactivateAccountRoute,
} from '../features/reactivate-account/route.ts'
import type { Refresh } from '../features/refresh/refresh.ts'
import { createRefreshHandler, refreshRoute } from '../features/refresh/route.ts'
import type { Register } from '../features/register/register.ts'
import { createRegisterHandler, createRegisterRoute } from '../features/register/route.ts'
import {
  changeRoleRoute,
  createChangeRoleHandler,
  createCreateRoleHandler,
  createDeleteRoleHandler,
  createListPermissionsHandler,
  createListRolesHandler,
  createRoleRoute,
  createShowRoleHandler,
  deleteRoleRoute,
  listPermissionsRoute,
  listRolesRoute,
  type RoleNeeds,
  showRoleRoute,
} from '../features/roles/route.ts'
import {
  createEndOtherSessionsHandler,
  createEndSessionHandler,
  createEndSessionsOfEveryoneHandler,
  createEndUserSessionsHandler,
  createListSessionsHandler,
  createListUserSessionsHandler,
  endOtherSessionsRoute,
  endSessionRoute,
  endSessionsOfEveryoneRoute,
  endUserSessionsRoute,
  listSessionsRoute,
  listUserSessionsRoute,
} from '../features/sessions/route.ts'
import type { SessionUseCases } from '../features/sessions/use-cases.ts'
import {
  createListUsersHandler,
  createShowUserHandler,
  listUsersRoute,
  showUserRoute,
} from '../features/users/route.ts'
import type { AccountDirectory, SigningKeys } from '../ports.ts'

/** The whole API of auth-service on one page. What a password has to be is a matter of configuration. */
export const declareAuthRoutes = (password: z.ZodType<string>) =>
  ({
    register: createRegisterRoute(password),
    login: loginRoute,
    refresh: refreshRoute,
    logout: logoutRoute,
    deactivateOwnAccount: deactivateOwnAccountRoute,
    deactivateAccount: deactivateAccountRoute,
    me: meRoute,
    changePassword: createChangePasswordRoute(password),
    introspect: introspectRoute,
    jwks: jwksRoute,
    listEvents: listEventsRoute,
    // Before the routes with an id, which would take its name for one.
    republishEvents: republishEventsRoute,
    showEvent: showEventRoute,
    replayEvent: replayEventRoute,
    discardEvent: discardEventRoute,
    // Before the routes with an id, as above.
    endSessionsOfEveryone: endSessionsOfEveryoneRoute,
    listUsers: listUsersRoute,
    showUser: showUserRoute,
    reactivateAccount: reactivateAccountRoute,
    assignRoles: assignRolesRoute,
    listRoles: listRolesRoute,
    createRole: createRoleRoute,
    showRole: showRoleRoute,
    changeRole: changeRoleRoute,
    deleteRole: deleteRoleRoute,
    listPermissions: listPermissionsRoute,
    listAudit: listAuditRoute,
    listSessions: listSessionsRoute,
    endOtherSessions: endOtherSessionsRoute,
    endSession: endSessionRoute,
    listUserSessions: listUserSessionsRoute,
    endUserSessions: endUserSessionsRoute,
  }) satisfies Record<string, RouteDeclaration>

export interface UseCases extends Omit<EventUseCases, 'replayAllEvents'>, RoleNeeds, SessionUseCases {
  register: Register
  login: Login
  refresh: Refresh
  logout: Logout
  deactivateAccount: DeactivateAccount
  changePassword: ChangePassword
  introspect: Introspect
  listAudit: ListAudit
  accountDirectory: AccountDirectory
  reactivateAccount: ReactivateAccount
  assignRoles: AssignRoles
}

interface RouteNeeds {
  password: z.ZodType<string>
  keys: SigningKeys
  useCases: UseCases
}

export const createRoutes = ({ password, keys, useCases }: RouteNeeds) =>
  bindRoutes(declareAuthRoutes(password))<Caller>({
    register: createRegisterHandler(useCases),
    login: createLoginHandler(useCases),
    refresh: createRefreshHandler(useCases),
    logout: createLogoutHandler(useCases),
    deactivateOwnAccount: createDeactivateOwnAccountHandler(useCases),
    deactivateAccount: createDeactivateAccountHandler(useCases),
    me: createMeHandler(),
    changePassword: createChangePasswordHandler(useCases),
    introspect: createIntrospectHandler(useCases),
    jwks: createJwksHandler({ keys }),
    listEvents: createListEventsHandler(useCases),
    showEvent: createShowEventHandler(useCases),
    replayEvent: createReplayEventHandler(useCases),
    discardEvent: createDiscardEventHandler(useCases),
    listUsers: createListUsersHandler(useCases),
    showUser: createShowUserHandler(useCases),
    reactivateAccount: createReactivateAccountHandler(useCases),
    assignRoles: createAssignRolesHandler(useCases),
    listRoles: createListRolesHandler(useCases),
    createRole: createCreateRoleHandler(useCases),
    showRole: createShowRoleHandler(useCases),
    changeRole: createChangeRoleHandler(useCases),
    deleteRole: createDeleteRoleHandler(useCases),
    listPermissions: createListPermissionsHandler(),
    listAudit: createListAuditHandler(useCases),
    listSessions: createListSessionsHandler(useCases),
    endOtherSessions: createEndOtherSessionsHandler(useCases),
    endSession: createEndSessionHandler(useCases),
    listUserSessions: createListUserSessionsHandler(useCases),
    endUserSessions: createEndUserSessionsHandler(useCases),
    endSessionsOfEveryone: createEndSessionsOfEveryoneHandler(useCases),
    republishEvents: createRepublishEventsHandler(useCases),
  })
