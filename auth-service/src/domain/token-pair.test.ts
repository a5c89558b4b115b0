import * as fc from 'fast-check'
import { nowhere } from './audit.ts'
import { describe, expect, it } from 'vitest'
import type { AccountWithRoles } from './account.ts'
import { authResponseSchema, tokenPairSchema } from './schemas.ts'
import { presentRefreshToken, type Session, startSession } from './session.ts'
import { createTokenPair, refreshAudience } from './token-pair.ts'

const limits = {
  accessTtlSeconds: 1_800,
  refreshTtlSeconds: 604_800,
  sessionTtlSeconds: 2_592_000,
  graceSeconds: 10,
}
const settings = { issuer: 'the issuer', audience: 'the api' }
const start = new Date('2026-03-04T05:06:07.989Z')
const startSeconds = 1_772_600_767

const account: AccountWithRoles = {
  id: 7,
  login: 'john_doe',
  email: 'john@example.com',
  displayName: 'John Doe',
  isActive: true,
  securityVersion: 3,
  roles: ['admin', 'support', 'user'],
  permissions: ['audit:*', 'roles:*', 'users:*'],
}

const session = startSession({
  ...{ id: 'the session', userId: 7, origin: nowhere, now: start, limits },
  tokenIds: { access: 'access 1', refresh: 'refresh 1' },
})

/** Nothing is hidden in these tokens: they are what would have been signed. */
const sign = (claims: Readonly<Record<string, unknown>>, type: string) => JSON.stringify({ type, claims })

const pairOf = (ofSession: Session, ofAccount = account, ofLimits = limits) =>
  createTokenPair({ session: ofSession, account: ofAccount, settings, limits: ofLimits, sign })

const read = (token: string) => JSON.parse(token) as { type: string; claims: Record<string, unknown> }

interface Times {
  iat: number
  exp: number
}
const timesOf = (token: string) => read(token).claims as unknown as Times

describe('a token pair', () => {
  it('says in the access token who it is, what they may do, for how long and in which session', () => {
    const { access_token } = pairOf(session)
    expect(access_token.token_id).toBe('access 1')
    expect(read(access_token.token)).toEqual({
      type: 'at+jwt',
      claims: {
        iss: 'the issuer',
        aud: 'the api',
        sub: '7',
        iat: startSeconds,
        exp: startSeconds + 1_800,
        jti: 'access 1',
        type: 'access',
        role: 'admin',
        roles: ['admin', 'support', 'user'],
        permissions: ['audit:*', 'roles:*', 'users:*'],
        name: 'John Doe',
        sid: 'the session',
        ver: 3,
      },
    })
  })

  it('says in the refresh token no more than the exchange needs, for another audience', () => {
    const { refresh_token } = pairOf(session)
    expect(refresh_token.token_id).toBe('refresh 1')
    expect(read(refresh_token.token)).toEqual({
      type: 'JWT',
      claims: {
        iss: 'the issuer',
        aud: 'the api/refresh',
        sub: '7',
        iat: startSeconds,
        exp: startSeconds + 604_800,
        jti: 'refresh 1',
        type: 'refresh',
        role: 'admin',
        sid: 'the session',
      },
    })
    expect(refreshAudience('the api')).toBe('the api/refresh')
  })

  it('is the same again for who lost the answer, at whatever moment of the grace', () => {
    const present = (of: Session, tokenId: string, milliseconds: number) => {
      const now = new Date(start.getTime() + 60_000 + milliseconds)
      const tokenIds = { access: `access at ${milliseconds}`, refresh: `refresh at ${milliseconds}` }
      const presented = presentRefreshToken({ session: of, tokenId, tokenIds, origin: nowhere, now, limits })
      if (!('session' in presented)) throw new Error(`the token is ${presented.outcome}`)
      return presented.session
    }
    const rotated = present(session, 'refresh 1', 0)
    for (const milliseconds of [-2_000, 1, 1_000, 10_000])
      expect(pairOf(present(rotated, 'refresh 1', milliseconds))).toEqual(pairOf(rotated))
    expect(pairOf(rotated)).not.toEqual(pairOf(session))
  })

  it('is dated in whole seconds, alive when it is issued and never longer than its session', () => {
    const seconds = fc.integer({ min: 1, max: 3_000_000 })
    const anyLimits = fc.record({
      ...{ accessTtlSeconds: seconds, refreshTtlSeconds: seconds, sessionTtlSeconds: seconds },
      graceSeconds: fc.constant(10),
    })
    const instant = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    fc.assert(
      fc.property(anyLimits, instant, (ofLimits, now) => {
        const tokenIds = { access: 'a', refresh: 'r' }
        const started = startSession({ id: 's', userId: 7, tokenIds, origin: nowhere, now, limits: ofLimits })
        const pair = pairOf(started, account, ofLimits)
        for (const { token } of [pair.access_token, pair.refresh_token]) {
          const { iat, exp } = timesOf(token)
          expect(iat).toBe(Math.floor(now.getTime() / 1000))
          expect(exp % 1).toBe(0)
          expect(exp).toBeGreaterThan(now.getTime() / 1000)
          expect(exp * 1000).toBeLessThanOrEqual(started.expiresAt.getTime())
          expect(exp * 1000).toBeLessThanOrEqual(now.getTime() + ofLimits.sessionTtlSeconds * 1000)
        }
        expect(timesOf(pair.refresh_token.token).exp * 1000).toBe(started.refreshExpiresAt.getTime())
      }),
      { numRuns: 300 },
    )
  })

  it('ends no later than a row that knows milliseconds', () => {
    const odd = new Date(start.getTime() + 5_700)
    const pair = pairOf({ ...session, expiresAt: odd, refreshExpiresAt: odd })
    for (const { token } of [pair.access_token, pair.refresh_token])
      expect(timesOf(token).exp).toBe(Math.floor(odd.getTime() / 1000))
  })

  it('is never made of the session of one account and the name of another', () => {
    expect(() => pairOf(session, { ...account, id: 8 })).toThrow(/own account/)
  })
})

describe('what leaves the service', () => {
  const user = { id: 7, login: 'john_doe', email: 'john@example.com', is_active: true }
  const answer = { user, token_pair: pairOf(session) }

  it('is a user and a pair of tokens with their ids', () => {
    expect(authResponseSchema.parse(answer)).toEqual(answer)
  })

  it.each([
    ['a user with more than is told of one', { ...answer, user: { ...user, hashed_password: 'x' } }],
    ['a user without a part', { ...answer, user: { id: 7, login: 'john_doe', email: 'john@example.com' } }],
    ['an id that is not a whole number', { ...answer, user: { ...user, id: 7.5 } }],
    ['a pair with a third token', { ...answer, token_pair: { ...answer.token_pair, id_token: 'x' } }],
    ['more than user and tokens', { ...answer, roles: [] }],
  ])('is never %s', (_what, wrong) => {
    expect(authResponseSchema.safeParse(wrong).success).toBe(false)
  })

  it('has a pair of exactly two tokens', () => {
    expect(Object.keys(tokenPairSchema.shape)).toEqual(['access_token', 'refresh_token'])
  })
})
