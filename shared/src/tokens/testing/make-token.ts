import { constants, createHmac, type KeyObject, randomUUID, sign } from 'node:crypto'
import type { TokenAlgorithm } from '../keys.ts'
import type { TestKey } from './make-key.ts'

export const testIssuer = 'https://issuer.test'
export const testAudience = 'accounts-test'

type Members = Readonly<Record<string, unknown>>

const secondsOf = (at: Date) => Math.floor(at.getTime() / 1000)

export const makeAccessClaims = (now: Date, changes: Members = {}): Members => ({
  iss: testIssuer,
  aud: testAudience,
  sub: '42',
  iat: secondsOf(now),
  exp: secondsOf(now) + 1_800,
  jti: randomUUID(),
  type: 'access',
  role: 'user',
  sid: 'session-1',
  roles: ['user'],
  permissions: ['profile:read'],
  name: 'Anna Maria',
  ver: 3,
  ...changes,
})

export const makeRefreshClaims = (now: Date, changes: Members = {}): Members => ({
  iss: testIssuer,
  aud: `${testAudience}/refresh`,
  sub: '42',
  iat: secondsOf(now),
  exp: secondsOf(now) + 604_800,
  jti: randomUUID(),
  type: 'refresh',
  role: 'user',
  sid: 'session-1',
  ...changes,
})

/** Signs whatever it is given, also what no honest library would; `header` may lie about all of it. */
export const makeToken = (
  { kid, algorithm, signingKey }: Pick<TestKey, 'kid' | 'algorithm' | 'signingKey'>,
  claims: unknown,
  header: Members = {},
): string => {
  const typ = (claims as { type?: unknown } | null)?.type === 'refresh' ? 'JWT' : 'at+jwt'
  const input = `${encode({ alg: algorithm, kid, typ, ...header })}.${encode(claims)}`
  return `${input}.${signatureOf(input, algorithm, signingKey).toString('base64url')}`
}

export const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

const signatureOf = (input: string, algorithm: TokenAlgorithm, key: KeyObject) => {
  const hash = `sha${algorithm.slice(2)}`
  if (algorithm.startsWith('HS')) return createHmac(hash, key).update(input).digest()
  const data = Buffer.from(input)
  if (algorithm.startsWith('ES')) return sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
  if (algorithm.startsWith('RS')) return sign(hash, data, key)
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST
  return sign(hash, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength })
}
