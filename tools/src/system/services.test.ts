import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTcpProxy } from '@accounts/shared/messaging/testing/tcp-proxy'
import {
  createRabbitTrial,
  manage,
  type RabbitTrial,
} from '@accounts/shared/messaging/testing/rabbitmq-trial'
import { createPostgresDatabase, runAsSuperuser, type TestDatabase } from '@accounts/shared/testing/databases'
import { describeOn } from '@accounts/shared/testing/engines'
import { makeKey } from '@accounts/shared/tokens/testing/make-key'
import { type KeyServer, startKeyServer } from '@accounts/shared/tokens/testing/start-key-server'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startService } from './service-process.ts'

const patience = { timeout: 15_000, interval: 50 }
const services = ['auth-service', 'user-service'] as const

const required = {
  'auth-service': ['JWT_PRIVATE_KEY', 'SERVICE_SECRET'],
  'user-service': ['JWKS_URL', 'INTROSPECT_URL', 'SERVICE_SECRET'],
}

const privateKey = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string

describe('a service in production', () => {
  it.each(services)(
    '%s refuses to start without its URLs, names all of them, and falls back to nothing',
    async (name) => {
      const service = await startService({ name, environment: { NODE_ENV: 'production' } })
      expect(await service.ended).toBe(1)
      for (const variable of ['DATABASE_URL', 'RABBITMQ_URL', ...required[name]])
        expect(service.output()).toContain(`  ${variable}: has to be set in production`)
      expect(service.output()).not.toMatch(/listening|\n {4}at /)
    },
  )
})

describe('auth-service in production', () => {
  it.each([
    ['super-secret', /JWT_SECRET.*(32 bytes|sample)/i],
    ['x'.repeat(31), /JWT_SECRET.*32 bytes/i],
    ['your-auth-super-secret-key-min-32-chars', /JWT_SECRET/],
  ])('refuses the shared secret %s, and does not repeat it', async (secret, reason) => {
    const service = await startService({
      name: 'auth-service',
      environment: {
        NODE_ENV: 'production',
        DATABASE_URL: `sqlite:${join(tmpdir(), randomUUID(), 'auth.db')}`,
        RABBITMQ_URL: 'amqp://somebody:of-their-own@127.0.0.1:1/',
        SERVICE_SECRET: randomUUID(),
        JWT_ALGORITHM: 'HS256',
        JWT_SECRET: secret,
      },
    })
    expect(await service.ended).toBe(1)
    expect(service.output()).toMatch(reason)
    expect(service.output()).not.toContain(secret)
  })
})

describe('user-service', () => {
  it('is not ready before it can verify a token, and says what it lacks', async () => {
    const keys = await startKeyServer([makeKey()])
    await keys.stop()
    const folder = await mkdtemp(join(tmpdir(), 'user-service-'))
    const environment = {
      DATABASE_URL: `sqlite:${join(folder, 'user.db')}`,
      BUS_FILE: join(folder, 'bus.db'),
      JWKS_URL: keys.url,
    }
    const service = await startService({ name: 'user-service', environment })
    await expect
      .poll(async () => (await service.readiness())?.checks['keys'], patience)
      .toEqual({ ready: false, reason: `no keys from ${keys.url} yet` })
    await keys.resume()
    await expect.poll(async () => (await service.readiness())?.status, patience).toBe('ready')
    expect(await service.stop()).toBe(0)
    await keys.stop()
    await rm(folder, { recursive: true })
  })
})

describeOn('rabbitmq', 'services in production', (rabbit) => {
  describeOn('postgres', 'services in production', ({ TEST_POSTGRES_URL }) => {
    let database: TestDatabase
    let broker: RabbitTrial
    // The engines of the tests may have well-known passwords, which production refuses.
    const user = `user_${randomUUID().replaceAll('-', '')}`
    const own = (address: string) => Object.assign(new URL(address), { username: user, password: user }).href
    let keys: KeyServer
    const running: Awaited<ReturnType<typeof startService>>[] = []

    beforeEach(async () => {
      database = await createPostgresDatabase(TEST_POSTGRES_URL)
      broker = await createRabbitTrial({
        url: rabbit.TEST_RABBITMQ_URL,
        managementUrl: rabbit.TEST_RABBITMQ_MANAGEMENT_URL,
      })
      const vhost = new URL(broker.url()).pathname.slice(1)
      const everything = { configure: '.*', write: '.*', read: '.*' }
      await manage(rabbit.TEST_RABBITMQ_MANAGEMENT_URL, 'PUT', `permissions/${vhost}/${user}`, everything)
    })
    beforeAll(async () => {
      keys = await startKeyServer([makeKey()])
      await runAsSuperuser(TEST_POSTGRES_URL, `create role ${user} superuser login password '${user}'`)
      await manage(rabbit.TEST_RABBITMQ_MANAGEMENT_URL, 'PUT', `users/${user}`, { password: user, tags: '' })
    })
    afterAll(async () => {
      await runAsSuperuser(TEST_POSTGRES_URL, `drop role ${user}`)
      await manage(rabbit.TEST_RABBITMQ_MANAGEMENT_URL, 'DELETE', `users/${user}`)
      await keys.stop()
    })
    afterEach(async () => {
      for (const service of running.splice(0)) service.destroy()
      await broker.end()
      await database.drop()
    })

    const start = async (
      name: (typeof services)[number],
      brokerPort?: number,
      entry: 'main' | 'migrate' = 'main',
    ) => {
      const environment = {
        NODE_ENV: 'production',
        DATABASE_URL: own(database.url),
        RABBITMQ_URL: own(broker.url(brokerPort)),
        JWT_PRIVATE_KEY: privateKey(),
        SERVICE_SECRET: randomUUID(),
        JWKS_URL: keys.url,
        INTROSPECT_URL: 'http://127.0.0.1:1/introspect',
      }
      const service = await startService({ name, environment, entry })
      running.push(service)
      return service
    }
    const migrate = async (name: (typeof services)[number]) => (await start(name, undefined, 'migrate')).ended

    it.each(services)('%s is not ready until its migrations are applied, and says so', async (name) => {
      const service = await start(name)
      await expect.poll(async () => (await service.readiness())?.checks['bus']?.ready, patience).toBe(true)
      expect((await service.readiness())?.checks['database']).toEqual({
        ready: false,
        reason: expect.stringMatching(/^\d+ migrations? .* not applied: run pnpm db:migrate$/),
      })
      expect(await migrate(name)).toBe(0)
      await expect.poll(async () => (await service.readiness())?.status, patience).toBe('ready')
      expect(await service.stop()).toBe(0)
    })

    it.each(services)(
      '%s runs without its broker, not ready, and is ready by itself when it comes back',
      async (name) => {
        expect(await migrate(name)).toBe(0)
        const proxy = await startTcpProxy(broker.brokerPort)
        const service = await start(name, proxy.port)
        await expect.poll(async () => (await service.readiness())?.status, patience).toBe('ready')
        await proxy.refuse()
        await expect.poll(async () => (await service.readiness())?.checks['bus']?.ready, patience).toBe(false)
        expect((await fetch(`${service.url}/health/live`)).status).toBe(200)
        await proxy.accept()
        await expect.poll(async () => (await service.readiness())?.status, patience).toBe('ready')
        expect(await service.stop()).toBe(0)
        await proxy.close()
      },
    )
  })
})
