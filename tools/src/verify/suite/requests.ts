import { expect, test } from 'vitest'
import { validRequests } from '../world/valid-requests.ts'
import type { World } from '../world/world.ts'

const identityHeaders = (id: number) => ({
  'X-User-Id': String(id),
  'X-User': String(id),
  'X-Auth-Id': String(id),
  'X-Authenticated-User': String(id),
  'X-Forwarded-User': String(id),
  'X-Remote-User': String(id),
  'X-Role': 'admin',
  'X-Roles': 'admin',
  'X-User-Role': 'admin',
  'X-Permissions': 'users:read users:write',
})

export const describeRequests = (world: () => World) => {
  test("16. nobody deactivates somebody else's account", async () => {
    const { people, callEach, statusOf } = world()
    const [attacker, victim] = [await people.register(), await people.register()]
    const { token } = attacker.token_pair.access_token
    const [refusal, ...inside] = await callEach('POST', `/account-delete/${victim.user.id}`, { token })
    // The gateway has no body for it; who is asked directly says why.
    expect(refusal?.status).toBe(403)
    for (const answer of inside) expect(answer).toMatchObject({ status: 403, body: { code: 'not_allowed' } })
    expect(await statusOf(victim.token_pair.access_token.token)).toBe(200)
  })

  test('16. unknown members such as role are refused by every route, and change nothing', async () => {
    const { people, call } = world()
    const person = await people.register()
    for (const { path, body, credentials } of validRequests(person))
      for (const extra of [{ role: 'admin' }, { roles: ['admin'] }, { is_active: true }, { id: 1 }]) {
        const answer = await call('POST', path, { ...credentials, body: { ...body, ...extra } })
        const errors = [{ path: Object.keys(extra)[0] }]
        expect(answer, path).toMatchObject({ status: 422, body: { code: 'validation_failed', errors } })
      }
    const { token } = person.token_pair.access_token
    const me = await call('GET', '/api/me', { token })
    expect(me).toMatchObject({ status: 200, body: { user: person.user, roles: ['user'] } })
  })

  test('17. identity headers and cookies of a client count for nothing', async () => {
    const { people, callEach, statusOf } = world()
    const [attacker, victim] = [await people.register(), await people.register()]
    const headers = identityHeaders(victim.user.id)
    const { token } = attacker.token_pair.access_token
    const Cookie = `access_token=${token}; token=${token}; session=${token}`
    const withoutToken = [
      ...(await callEach('GET', '/me', { headers })),
      ...(await callEach('GET', '/me', { headers: { Cookie } })),
    ]
    for (const { status } of withoutToken) expect(status).toBe(401)
    for (const answer of await callEach('GET', '/me', { token, headers }))
      expect(answer).toMatchObject({ status: 200, body: { user: attacker.user, roles: ['user'] } })
    for (const answer of await callEach('POST', `/account-delete/${victim.user.id}`, { token, headers }))
      expect(answer.status).toBe(403)
    await callEach('POST', '/account-delete', { token, headers })
    expect(await statusOf(token)).toBe(401)
    expect(await statusOf(victim.token_pair.access_token.token)).toBe(200)
  })
}
