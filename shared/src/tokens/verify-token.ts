import jwt from 'jsonwebtoken'
import { z } from 'zod'
import { ServiceError } from '../errors/service-error.ts'
import { type AccessClaims, accessClaims, commonClaims } from './access-token.ts'
import type { VerificationKey, VerificationKeys } from './keys.ts'

const mostCharacters = 8_192

// The clock that signed is seldom ours: without it a token fresh from the issuer could look like one from the future.
// Nothing lives longer by it, `exp` knows no tolerance.
const clockSkewMilliseconds = 5_000

// Read-only for the same reason as those of access tokens.
const refreshClaims = commonClaims.extend({ type: z.literal('refresh') }).readonly()

export type RefreshClaims = z.infer<typeof refreshClaims>

interface ClaimsOf {
  access: AccessClaims
  refresh: RefreshClaims
}

type TokenType = keyof ClaimsOf

const claimsSchemas: { [Type in TokenType]: z.ZodType<ClaimsOf[Type]> } = {
  access: accessClaims,
  refresh: refreshClaims,
}

// A token that brings its own key, or says where to get it, is a forgery; `crit` asks for what is not understood here.
const refused = z.never().optional()
const refusedMembers = { jku: refused, jwk: refused, x5u: refused, x5c: refused, crit: refused }

const headerSchemas = {
  access: z.object({ kid: z.string().min(1), typ: z.literal('at+jwt'), ...refusedMembers }),
  refresh: z.object({ kid: z.string().min(1), typ: z.literal('JWT'), ...refusedMembers }),
}

interface TokenVerifierNeeds<Type extends TokenType> {
  keys: VerificationKeys
  issuer: string
  audience: string
  type: Type
  clock: () => Date
  /** How many verified tokens are remembered; 0: none. */
  maxCached?: number
}

export interface VerifyOptions {
  /** For signing out: its time may be over, everything else has to be right. */
  expiredToo?: boolean
}

export type VerifyToken<Claims> = (token: string, options?: VerifyOptions) => Promise<Claims>

interface Verified<Claims> {
  token: string
  kid: string
  key: VerificationKey['key']
  claims: Claims
}

// 256 bits of the signature. To find a whole token by itself, all of it is read for each request.
const nameLength = 43

/** Throws `token_invalid` or `token_expired`, and what `keys` throws when nobody can know. */
export const createTokenVerifier = <Type extends TokenType>({
  keys,
  issuer,
  audience,
  type,
  clock,
  maxCached = 5_000,
}: TokenVerifierNeeds<Type>): VerifyToken<ClaimsOf[Type]> => {
  const schema = claimsSchemas[type]
  const recent = createRecent<Verified<ClaimsOf[Type]>>(maxCached)

  const readClaims = (token: string, { key, algorithm }: VerificationKey) => {
    const parsed = schema.safeParse(verifySignature(token, key, algorithm))
    if (!parsed.success) throw invalid('the claims have another shape')
    if (parsed.data.iss !== issuer) throw invalid('another issuer')
    if (parsed.data.aud !== audience) throw invalid('another audience')
    return parsed.data
  }

  return async (token, { expiredToo = false } = {}) => {
    const name = token.slice(-nameLength)
    const known = recent.get(name)
    const seen = known?.token === token ? known : undefined
    const { kid } = seen ?? readHeader(token, type)
    // Most keys are at hand; each needless await would be paid by every request.
    const found = keys.find(kid)
    const key = found instanceof Promise ? await found : found
    if (key === undefined) throw invalid('no key of this name')
    const claims = seen?.key === key.key ? seen.claims : readClaims(token, key)
    checkTime(claims, clock().getTime(), expiredToo)
    if (claims !== seen?.claims) recent.set(name, { token, kid, key: key.key, claims })
    return claims
  }
}

const readHeader = (token: string, type: TokenType) => {
  if (token.length > mostCharacters) throw invalid('too long')
  const parts = token.split('.')
  // Decoders pass over what they can't use: one token could be written in many ways.
  if (parts.length !== 3 || !parts.every(isCanonicalBase64Url)) throw invalid('not three parts of base64url')
  const header = headerSchemas[type].safeParse(parseHeader(parts[0] ?? ''))
  if (!header.success) throw invalid('another header than ours')
  return header.data
}

const isCanonicalBase64Url = (part: string) => Buffer.from(part, 'base64url').toString('base64url') === part

const parseHeader = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}

const verifySignature = (
  token: string,
  key: VerificationKey['key'],
  algorithm: VerificationKey['algorithm'],
): unknown => {
  try {
    return jwt.verify(token, key, {
      algorithms: [algorithm],
      // Checked against our own clock, also for tokens from the cache.
      ignoreExpiration: true,
      ignoreNotBefore: true,
    })
  } catch (error) {
    // Other messages quote what they could not read.
    throw invalid(error instanceof jwt.JsonWebTokenError ? error.message : 'cannot be read')
  }
}

const checkTime = ({ iat, nbf = 0, exp }: AccessClaims | RefreshClaims, now: number, expiredToo: boolean) => {
  if (Math.max(iat, nbf) * 1000 > now + clockSkewMilliseconds) throw invalid('from the future')
  if (!expiredToo && exp * 1000 <= now) throw new ServiceError('token_expired')
}

const invalid = (reason: string) => new ServiceError('token_invalid', { cause: new Error(reason) })

/** Two generations: the older one is dropped as a whole when the younger one is full; what is used moves up. */
const createRecent = <Value>(most: number) => {
  const half = Math.floor(most / 2)
  let young = new Map<string, Value>()
  let old = new Map<string, Value>()
  const set = (name: string, value: Value) => {
    if (half === 0) return
    if (young.size >= half) {
      old = young
      young = new Map()
    }
    young.set(name, value)
  }
  return {
    set,
    get: (name: string): Value | undefined => {
      const value = young.get(name)
      if (value !== undefined) return value
      const older = old.get(name)
      if (older !== undefined) set(name, older)
      return older
    },
  }
}
