import { bindRoutes, type RouteDeclaration } from '@accounts/shared/http/route'
import { createJwksHandler, jwksRoute } from '../features/jwks/route.ts'
import type { SigningKeys } from '../ports.ts'

/** The whole API of auth-service on one page. */
export const authRoutes = {
  jwks: jwksRoute,
} satisfies Record<string, RouteDeclaration>

interface RouteNeeds {
  keys: SigningKeys
}

export const createRoutes = ({ keys }: RouteNeeds) =>
  bindRoutes(authRoutes, {
    jwks: createJwksHandler({ keys }),
  })
