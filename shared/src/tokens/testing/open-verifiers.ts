import { expect } from 'vitest'
import { ServiceError } from '../../errors/service-error.ts'
import { type TokenAlgorithm, tokenAlgorithms, type VerificationKey } from '../keys.ts'
import { createTokenVerifier } from '../verify-token.ts'
import { makeKey, type TestKey } from './make-key.ts'
import { makeAccessClaims, testAudience, testIssuer } from './make-token.ts'

export const start = new Date('2030-01-02T03:04:05Z')
export const startSeconds = start.getTime() / 1000

/** One key of each algorithm is enough for all tests of a file. */
export const keyOf = Object.fromEntries(
  tokenAlgorithms.map((algorithm) => [algorithm, makeKey(algorithm)]),
) as Record<TokenAlgorithm, TestKey>

/** A verifier for each type of token, with keys and a clock that only the test changes. */
export const openVerifiers = ({
  keys = Object.values(keyOf) as VerificationKey[],
  maxCached = 5_000,
} = {}) => {
  const known = new Map(keys.map((each) => [each.kid, each]))
  const time = { now: start.getTime() }
  const needs = {
    keys: { find: (kid: string) => known.get(kid) },
    issuer: testIssuer,
    clock: () => new Date(time.now),
    maxCached,
  }
  return {
    known,
    verify: createTokenVerifier({ ...needs, type: 'access', audience: testAudience }),
    verifyRefresh: createTokenVerifier({ ...needs, type: 'refresh', audience: `${testAudience}/refresh` }),
    pass: (milliseconds: number) => {
      time.now += milliseconds
    },
  }
}

export const access = (changes: Record<string, unknown> = {}) => makeAccessClaims(start, changes)

export const expectRefused = async (work: Promise<unknown>, code = 'token_invalid') => {
  const error = await work.then(
    () => expect.fail('it was accepted'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ServiceError)
  expect((error as ServiceError).code).toBe(code)
}
