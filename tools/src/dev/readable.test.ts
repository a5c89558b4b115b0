import { describe, expect, it } from 'vitest'
import { crashLine, readable } from './readable.ts'

describe('readable', () => {
  it('a JSON log line becomes time, level, message and facts', () => {
    const line = JSON.stringify({
      level: 'error',
      time: '2026-01-02T12:01:07.123Z',
      service: 'auth-service',
      msg: 'request failed',
      status: 500,
      ip: '127.0.0.1',
      err: { type: 'Error', message: 'no "luck"', stack: 'at …' },
    })
    expect(readable(line)).toBe('12:01:07 error request failed status=500 ip=127.0.0.1 error="no \\"luck\\""')
  })

  it.each(['plain text', '{"not":"a log line"}', '{broken', ''])('%j stays as it is', (line) => {
    expect(readable(line)).toBe(line)
  })
})

describe('crash line', () => {
  const root = '/home/ann/project'

  it('a syntax error is told with its place', () => {
    const stderr = [
      'node:internal/modules/run_main:123',
      '    triggerUncaughtException(',
      'Error [TransformError]: Transform failed with 1 error:',
      `${root}/auth-service/src/main.ts:3:7: ERROR: Expected ";" but found "x"`,
      '    at failureErrorWithLog (…)',
    ]
    expect(crashLine(stderr, root)).toBe(
      'syntax error in auth-service/src/main.ts:3:7: Expected ";" but found "x"',
    )
  })

  it('every fault of a configuration is kept', () => {
    const stderr = [
      'auth-service cannot start: the configuration is wrong:',
      '  PORT: is wrong',
      '  HOST: is wrong',
    ]
    expect(crashLine(stderr, root)).toBe(
      'cannot start: the configuration is wrong: PORT: is wrong HOST: is wrong',
    )
  })

  it('a bug is told with the first place in the project', () => {
    const stderr = [
      'auth-service cannot start: TypeError: a bug',
      '    at node:internal/x:1:1',
      `    at compose (file://${root}/auth-service/src/compose.ts:12:9)`,
    ]
    expect(crashLine(stderr, root)).toBe('cannot start: TypeError: a bug (auth-service/src/compose.ts:12)')
  })

  it('a missing module, and silence, are told too', () => {
    const missing = ['node:internal:1', '', `Error [ERR_MODULE_NOT_FOUND]: Cannot find module '${root}/x.ts'`]
    expect(crashLine(missing, root)).toBe("Error [ERR_MODULE_NOT_FOUND]: Cannot find module 'x.ts'")
    expect(crashLine([], root)).toBe('it said nothing')
  })
})
