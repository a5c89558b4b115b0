import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AuthApp, createAuthApp, serviceSecret } from '@accounts/auth-service/testing/auth-app'
import { accessOf, register, type SignedIn } from '@accounts/auth-service/testing/people'
import { describeDialects } from '@accounts/shared/database/testing/describe-dialects'
import { createUserApp, type UserApp } from '@accounts/user-service/testing/user-app'
import { afterEach, beforeEach, expect, test } from 'vitest'

describeDialects('5. user-service without events, beside the real auth-service', (createDatabase) => {
  let auth: AuthApp
  let server: Server
  let user: UserApp
  let someone: SignedIn

  const open = async (secret = serviceSecret) => {
    const { port } = server.address() as AddressInfo
    user = await createUserApp({
      createDatabase,
      settings: {
        JWKS_URL: `http://127.0.0.1:${port}/.well-known/jwks.json`,
        INTROSPECT_URL: `http://127.0.0.1:${port}/introspect`,
        SERVICE_SECRET: secret,
      },
    })
    user.link.goDown()
    user.pass(10)
  }
  beforeEach(async () => {
    auth = await createAuthApp({ createDatabase })
    server = createServer(auth.app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    await open()
    someone = await register(auth, 'cut_off')
  })
  afterEach(async () => {
    await user.close()
    if (server.listening) await stopAuth()
    await auth.close()
  })

  const stopAuth = async () => {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  }
  const read = async () => user.call('get', '/profile', { token: accessOf(someone) })

  test('a living token is let in, and refused as soon as the kept answer is over once its account is gone', async () => {
    expect(await read()).toMatchObject({
      status: 200,
      body: { auth_id: someone.user.id, display_name: 'John Doe' },
    })
    await auth.call('post', '/account-delete', { token: accessOf(someone) })
    user.pass(5)
    expect(await read()).toMatchObject({ status: 401, body: { code: 'token_revoked' } })
  })

  test('with auth-service away as well it cannot be known: 503', async () => {
    expect((await read()).status).toBe(200)
    await stopAuth()
    user.pass(5)
    expect(await read()).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  })

  test('with another secret than that of auth-service nobody is let in, and the log says why', async () => {
    await user.close()
    await open('the-secret-of-some-other-deployment')
    expect(await read()).toMatchObject({ status: 503, body: { code: 'unavailable' } })
    expect(user.logged()).toMatch(/tokens cannot be asked about/)
    expect(user.logged()).toMatch(/answered with 401/)
  })
})
