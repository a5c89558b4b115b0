import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { expectStatus, newLogin, newPassword, registration, wrongPassword } from '../world/people.ts'
import { readToken } from '../world/read-token.ts'
import type { World } from '../world/world.ts'

export const describeSigningIn = (world: () => World) => {
  test('9. every login makes a new session id', async () => {
    const { people, call } = world()
    const person = await people.register()
    const sessions = new Set<unknown>()
    for (const { token_pair } of [person, await people.login(person), await people.login(person)]) {
      const { token } = token_pair.access_token
      const { sid } = readToken(token).claims
      const me = await call('GET', '/api/me', { token })
      expect(me).toMatchObject({ status: 200, body: { session_id: sid } })
      expect(readToken(token_pair.refresh_token.token).claims['sid']).toBe(sid)
      sessions.add(sid)
    }
    expect(sessions.size).toBe(3)
  })

  test("9. nobody ends somebody else's session with its refresh token", async () => {
    const { people, logout, statusOf, refresh } = world()
    const [mine, theirs] = [await people.register(), await people.register()]
    const mixed = { ...mine.token_pair, refresh_token: theirs.token_pair.refresh_token }
    expect(await logout(mixed)).toMatchObject({ status: 401, body: { code: 'token_invalid' } })
    for (const { token_pair } of [mine, theirs]) {
      expect(await statusOf(token_pair.access_token.token)).toBe(200)
      await refresh(token_pair.refresh_token.token)
    }
  })

  test('11. an unknown account and a wrong password get the same status, body and headers', async () => {
    const { people, call, deactivate } = world()
    const [person, gone] = [await people.register(), await people.register()]
    expectStatus(await deactivate(gone.token_pair), 200)
    // Answered with, so it has to be the same in all.
    const headers = { 'X-Request-Id': randomUUID() }
    const ask = async (login: string) => {
      const body = { login, password: wrongPassword }
      const answer = await call('POST', '/api/login', { body, headers })
      const { date: _, ...kept } = answer.headers
      return { status: answer.status, headers: kept, names: answer.headerNames, text: answer.text }
    }
    const known = await ask(person.login)
    expect(known.status).toBe(401)
    for (const login of [newLogin(), `${newLogin()}@example.com`, person.user.email, gone.login])
      expect(await ask(login)).toEqual(known)
  })

  test('14. a commonly breached password is refused', async () => {
    const { tryRegister } = world().people
    const answer = await tryRegister({ ...registration(), password: 'P@ssw0rd' })
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: 'password' }] } })
  })

  test('14. a password of 256 bytes counts to its last one, and one of 257 is refused', async () => {
    const { people } = world()
    const secret = 'Aa1!'.repeat(64)
    const person = await people.register({ password: secret })
    for (const other of [secret.slice(0, 72), secret.slice(0, -1), `${secret.slice(0, -1)}?`])
      expect((await people.tryLogin({ ...person, password: other })).status).toBe(401)
    await people.login(person)
    const tooLong = await people.tryRegister({ ...registration(), password: `${secret}x` })
    expect(tooLong).toMatchObject({ status: 422, body: { errors: [{ path: 'password' }] } })
    expect((await people.tryRegister({ ...registration(), password: newPassword })).status).toBe(201)
  })
}
