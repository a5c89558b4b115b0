import { describe, expect, it } from 'vitest'
import { nowhere } from './audit.ts'
import { accessExpiresAt, presentRefreshToken, type Session, startSession } from './session.ts'

const limits = {
  accessTtlSeconds: 1_800,
  refreshTtlSeconds: 604_800,
  sessionTtlSeconds: 2_592_000,
  graceSeconds: 10,
}
const start = new Date('2026-03-04T05:06:07.089Z')
const phone = { ip: '192.0.2.1', userAgent: 'a phone' }
const laptop = { ip: '192.0.2.2', userAgent: 'a laptop' }

const after = (milliseconds: number, since = start) => new Date(since.getTime() + milliseconds)

const first = startSession({
  ...{ id: 's', userId: 7, origin: phone, now: start, limits },
  tokenIds: { access: 'access 1', refresh: 'refresh 1' },
})

const present = (session: Session, tokenId: string, now: Date, origin = phone) =>
  presentRefreshToken({
    ...{ session, tokenId, origin, now, limits },
    tokenIds: { access: 'next access', refresh: 'next refresh' },
  })

/** Issued a day after the first one, which it replaced. */
const second: Session = {
  ...first,
  refreshTokenId: 'refresh 2',
  accessTokenId: 'access 2',
  previousRefreshTokenId: 'refresh 1',
  issuedAt: after(86_400_000),
  lastUsedAt: after(86_400_000),
  refreshExpiresAt: new Date('2026-03-12T05:06:07.000Z'),
}

describe('a session that begins', () => {
  it('has a living pair and an absolute end, in whole seconds', () => {
    expect(first).toEqual({
      id: 's',
      userId: 7,
      createdAt: start,
      lastUsedAt: start,
      expiresAt: new Date('2026-04-03T05:06:07.000Z'),
      refreshTokenId: 'refresh 1',
      accessTokenId: 'access 1',
      previousRefreshTokenId: null,
      issuedAt: start,
      refreshExpiresAt: new Date('2026-03-11T05:06:07.000Z'),
      endedAt: null,
      endReason: null,
      ip: '192.0.2.1',
      userAgent: 'a phone',
    })
  })

  it('knows nothing of a device that says nothing of itself', () => {
    const tokenIds = { access: 'a', refresh: 'r' }
    const session = startSession({ id: 's', userId: 7, origin: nowhere, tokenIds, now: start, limits })
    expect(session).toMatchObject({ ip: null, userAgent: null })
  })

  it('ends with its first refresh token where that would live longer', () => {
    const short = { ...limits, sessionTtlSeconds: 60 }
    const tokenIds = { access: 'a', refresh: 'r' }
    const session = startSession({ id: 's', userId: 7, origin: phone, tokenIds, now: start, limits: short })
    expect(session.refreshExpiresAt).toEqual(session.expiresAt)
    expect(accessExpiresAt(session, limits)).toEqual(session.expiresAt)
  })
})

describe('the living refresh token', () => {
  it('is exchanged: a new pair, the old token its predecessor, the end where it was', () => {
    expect(present(first, 'refresh 1', second.issuedAt, laptop)).toEqual({
      outcome: 'rotated',
      session: {
        ...second,
        refreshTokenId: 'next refresh',
        accessTokenId: 'next access',
        ip: '192.0.2.2',
        userAgent: 'a laptop',
      },
    })
  })

  it('is exchanged at once, and by a clock that is behind the one it was issued by', () => {
    expect(present(second, 'refresh 2', second.issuedAt).outcome).toBe('rotated')
    const behind = after(-3_000, second.issuedAt)
    expect(present(second, 'refresh 2', behind)).toMatchObject({
      outcome: 'rotated',
      session: { issuedAt: behind, previousRefreshTokenId: 'refresh 2' },
    })
  })

  it('lives to its last millisecond and not to the next', () => {
    const { refreshExpiresAt } = second
    expect(present(second, 'refresh 2', after(-1, refreshExpiresAt)).outcome).toBe('rotated')
    expect(present(second, 'refresh 2', refreshExpiresAt).outcome).toBe('dead')
  })

  it('gets no successor that outlives the session', () => {
    const { expiresAt } = first
    const old = { ...second, refreshExpiresAt: expiresAt }
    expect(present(old, 'refresh 2', after(-1_000, expiresAt))).toMatchObject({
      outcome: 'rotated',
      session: { expiresAt, refreshExpiresAt: expiresAt },
    })
  })
})

describe('the immediate predecessor', () => {
  it.each([
    ['at once', 0],
    ['with the last millisecond of the grace', 10_000],
    ['by a clock that is behind the one that issued its successor', -3_000],
  ])('%s gets the living pair, and nothing changes', (_when, milliseconds) => {
    const answer = present(second, 'refresh 1', after(milliseconds, second.issuedAt), laptop)
    expect(answer).toEqual({ outcome: 'repeated', session: second })
  })

  it('is theft a millisecond after the grace', () => {
    expect(present(second, 'refresh 1', after(10_001, second.issuedAt))).toEqual({ outcome: 'theft' })
  })

  it('is of no use once the living one has expired', () => {
    const expired = { ...second, refreshExpiresAt: after(5_000, second.issuedAt) }
    expect(present(expired, 'refresh 1', after(5_000, second.issuedAt))).toEqual({ outcome: 'dead' })
  })
})

describe('any other refresh token of the session', () => {
  it.each(['refresh 0', 'access 2', ''])('is theft: %j', (tokenId) => {
    expect(present(second, tokenId, second.issuedAt)).toEqual({ outcome: 'theft' })
  })

  it('is theft when nothing has been exchanged yet', () => {
    expect(present(first, 'refresh 0', start)).toEqual({ outcome: 'theft' })
  })
})

describe('a session that is over', () => {
  const ended: Session = { ...second, endedAt: second.issuedAt, endReason: 'logout' }
  const tokens = ['refresh 2', 'refresh 1', 'refresh 0']

  it.each(tokens)('takes nothing after it was ended: %s', (tokenId) => {
    expect(present(ended, tokenId, second.issuedAt)).toEqual({ outcome: 'dead' })
    expect(present(ended, tokenId, after(-1, second.issuedAt))).toEqual({ outcome: 'dead' })
  })

  it.each(tokens)('takes nothing from its absolute end on, whatever its token says: %s', (tokenId) => {
    const outlived = { ...second, refreshExpiresAt: after(60_000, second.expiresAt) }
    expect(present(outlived, tokenId, second.expiresAt)).toEqual({ outcome: 'dead' })
    expect(present(outlived, tokenId, after(-1, second.expiresAt)).outcome).not.toBe('dead')
  })
})

describe('the access token', () => {
  it('lives as long as it may, in whole seconds', () => {
    expect(accessExpiresAt(second, limits)).toEqual(new Date('2026-03-05T05:36:07.000Z'))
  })

  it('never outlives the session, even where the row knows milliseconds', () => {
    const expiresAt = after(1_500, second.issuedAt)
    expect(accessExpiresAt({ ...second, expiresAt }, limits)).toEqual(new Date('2026-03-05T05:06:08.000Z'))
  })
})
