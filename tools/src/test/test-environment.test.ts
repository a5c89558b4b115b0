import { expect, test } from 'vitest'
import { testEnvironment } from './test-environment.ts'

test('tests see the engines of this run, not those of the environment it was started in', () => {
  const inherited = {
    HOME: '/home/somebody',
    TEST_POSTGRES_URL: 'postgres://left.out',
    TEST_RABBITMQ_URL: 'amqp://did.not.answer',
    TEST_RABBITMQ_MANAGEMENT_URL: 'http://did.not.answer',
    TEST_REDIS_ABSENT: 'of an earlier run',
  }
  const env = { TEST_REDIS_URL: 'redis://127.0.0.1:1234' }
  const redis = { name: 'redis', label: 'Redis', state: 'ready', version: '8', source: 'PATH', env } as const
  const rabbitmq = { name: 'rabbitmq', label: 'RabbitMQ', state: 'absent', reason: 'no answer' } as const
  expect(testEnvironment(inherited, [{ ...redis, end: async () => {} }, rabbitmq])).toEqual({
    HOME: '/home/somebody',
    TEST_REDIS_URL: 'redis://127.0.0.1:1234',
    TEST_RABBITMQ_ABSENT: 'no answer',
  })
})
