import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createLogger } from './logger.ts'

const capture = () => {
  const destination = new PassThrough()
  const logger = createLogger({ service: 'test-service', level: 'info', destination })
  return {
    logger,
    text: () => String(destination.read() ?? ''),
    line: () => JSON.parse(String(destination.read())),
  }
}

describe('logger', () => {
  it('a line is JSON with time, level, service, message and the facts as fields', () => {
    const { logger, line } = capture()
    logger.info({ status: 200 }, 'request')
    expect(line()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      service: 'test-service',
      msg: 'request',
      status: 200,
    })
  })

  it('secrets do not appear, at any of the depths that are looked at', () => {
    const { logger, text } = capture()
    const secrets = {
      password: 'hunter2',
      refresh_token: 'hunter2',
      authorization: 'hunter2',
      'set-cookie': 'hunter2',
    }
    logger.info({ ...secrets, body: secrets, request: { headers: secrets } }, 'request')
    const written = text()
    expect(written).not.toContain('hunter2')
    expect(written.match(/\[redacted\]/g)).toHaveLength(12)
  })

  it('an error of a database driver loses its query and its values, but not its code and place', () => {
    const { logger, text } = capture()
    const cause = Object.assign(new Error('duplicate key'), { code: '23505' })
    const error = Object.assign(new Error('Failed query: insert … params: ann@example.org', { cause }), {
      query: 'insert …',
      params: ['ann@example.org'],
    })
    logger.error({ err: error }, 'failed')
    const written = text()
    expect(written).not.toContain('ann@example.org')
    const { err } = JSON.parse(written)
    expect(err).toMatchObject({
      message: 'a database query failed',
      cause: { code: '23505', message: 'duplicate key' },
    })
    expect(err.stack).toContain('logger.test.ts')
  })

  it('what is thrown without being an Error, and an endless chain of causes, are written too', () => {
    const { logger, line } = capture()
    logger.error({ err: 'hunter2' }, 'failed')
    expect(line().err).toEqual({ type: 'string', message: 'something that is not an Error was thrown' })
    const circular = new Error('round')
    circular.cause = circular
    logger.error({ err: circular }, 'failed')
    expect(line().err.message).toBe('round')
  })
})
