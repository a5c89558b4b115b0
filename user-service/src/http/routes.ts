import type { RouteDeclaration } from '@accounts/shared/http/route'

/** The whole API of user-service on one page. */
export const userRoutes = {} satisfies Record<string, RouteDeclaration>
