import { expect, test } from 'vitest'
import { accessClaims, toPrincipal } from './access-token.ts'
import { makeAccessClaims } from './testing/make-token.ts'

test('an access token speaks for exactly whom it names', () => {
  const claims = makeAccessClaims(new Date('2030-01-02T03:04:05.678Z'), {
    sub: '9007199254740991',
    jti: 'token-1',
    role: 'admin',
    roles: ['admin', 'user'],
  })
  expect(toPrincipal(accessClaims.parse(claims))).toEqual({
    userId: 9007199254740991,
    displayName: 'Anna Maria',
    sessionId: 'session-1',
    tokenId: 'token-1',
    role: 'admin',
    roles: ['admin', 'user'],
    permissions: ['profile:read'],
    securityVersion: 3,
    issuedAt: new Date('2030-01-02T03:04:05Z'),
    expiresAt: new Date('2030-01-02T03:34:05Z'),
  })
})
