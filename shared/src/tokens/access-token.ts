import { z } from 'zod'
import type { Principal } from './principal.ts'

// The last second that a Date can hold.
const seconds = z.int().min(0).max(8_640_000_000_000)

const userId = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .refine((text) => Number.isSafeInteger(Number(text)))

// Tokens are kept by the thousand, and those of all holders of a role name the same: one copy of each name is less to
// keep, and nearer at hand for a guard, than one for each token.
const mostNames = 1_000
const knownNames = new Map<string, string>()
const oneCopy = (name: string) => {
  const known = knownNames.get(name)
  if (known === undefined && knownNames.size < mostNames) knownNames.set(name, name)
  return known ?? name
}

const names = z.array(z.string().transform(oneCopy)).readonly()

/** What tokens of either type say. */
export const commonClaims = z.object({
  iss: z.string(),
  aud: z.string(),
  sub: userId,
  iat: seconds,
  exp: seconds,
  nbf: seconds.optional(),
  jti: z.string().min(1),
  sid: z.string().min(1),
  role: z.string(),
})

// Read-only at run time as well: verified claims are kept, and handed out again.
export const accessClaims = commonClaims
  .extend({
    type: z.literal('access'),
    roles: names,
    permissions: names,
    name: z.string(),
    ver: z.int().min(0),
  })
  .readonly()

export type AccessClaims = z.infer<typeof accessClaims>

export const toPrincipal = (claims: AccessClaims): Principal => ({
  userId: Number(claims.sub),
  displayName: claims.name,
  sessionId: claims.sid,
  tokenId: claims.jti,
  role: claims.role,
  roles: claims.roles,
  permissions: claims.permissions,
  securityVersion: claims.ver,
  issuedAt: new Date(claims.iat * 1000),
  expiresAt: new Date(claims.exp * 1000),
})
