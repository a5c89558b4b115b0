import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startService } from './service-process.ts'

const patience = { timeout: 15_000, interval: 100 }
const person = { display_name: 'John Doe', password: 'SecurePass123!' }

describe('5. both services as processes, with a broker that nobody can reach', () => {
  let folder: string
  const running: Awaited<ReturnType<typeof startService>>[] = []
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'no-broker-'))
  })
  afterEach(async () => {
    for (const service of running.splice(0)) {
      service.destroy()
      await service.ended
    }
    await rm(folder, { recursive: true })
  })

  const start = async (name: 'auth-service' | 'user-service', own: Record<string, string>) => {
    const environment = {
      DATABASE_URL: `sqlite:${join(folder, `${name}.db`)}`,
      RABBITMQ_URL: 'amqp://nobody:nothing@127.0.0.1:1/',
      ...own,
    }
    const service = await startService({ name, environment })
    running.push(service)
    // Not ready, for the broker is away; but everything else is there.
    await expect.poll(async () => (await service.readiness())?.checks['database']?.ready, patience).toBe(true)
    return service
  }

  test('a deactivated account is refused by user-service all the same, and 503 when auth-service is gone too', async () => {
    const auth = await start('auth-service', { KEY_RING: join(folder, 'keys.json') })
    const user = await start('user-service', {
      JWKS_URL: `${auth.url}/.well-known/jwks.json`,
      INTROSPECT_URL: `${auth.url}/introspect`,
      EVENTS_STALE_SECONDS: '1',
    })
    const post = async (path: string, body: object, headers: Record<string, string> = {}) =>
      fetch(`${auth.url}${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    const signUp = async (login: string) => {
      const answer = await post('/register', { ...person, login, email: `${login}@example.com` })
      const { token_pair } = (await answer.json()) as { token_pair: { access_token: { token: string } } }
      return { Authorization: `Bearer ${token_pair.access_token.token}` }
    }
    const statusFor = async (headers: Record<string, string>) =>
      (await fetch(`${user.url}/profile`, { headers })).status

    const [gone, staying] = [await signUp('gone'), await signUp('staying')]
    await expect.poll(async () => statusFor(gone), patience).toBe(200)
    expect((await post('/account-delete', {}, gone)).status).toBe(200)
    await expect.poll(async () => statusFor(gone), patience).toBe(401)
    expect(await statusFor(staying)).toBe(200)

    expect(await auth.stop()).toBe(0)
    await expect.poll(async () => statusFor(staying), patience).toBe(503)
  })
})
