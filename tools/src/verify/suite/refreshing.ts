import { expect, test } from 'vitest'
import { type CallOptions, createClient } from '../world/client.ts'
import type { TokenPair } from '../world/people.ts'
import type { World } from '../world/world.ts'

const parallel = 50

export const describeRefreshing = (world: () => World) => {
  test('1. an older refresh token presented again ends its whole session, and no other one', async () => {
    const { people, refresh, tryRefresh, statusOf } = world()
    const person = await people.register()
    const elsewhere = await people.login(person)
    const first = person.token_pair
    const second = await refresh(first.refresh_token.token)
    const third = await refresh(second.refresh_token.token)
    const theft = await tryRefresh(first.refresh_token.token)
    expect(theft).toMatchObject({ status: 401, body: { code: 'token_revoked' } })
    for (const { access_token, refresh_token } of [third, second, first]) {
      expect(await statusOf(access_token.token)).toBe(401)
      expect((await tryRefresh(refresh_token.token)).status).toBe(401)
    }
    expect(await statusOf(elsewhere.token_pair.access_token.token)).toBe(200)
    await refresh(elsewhere.token_pair.refresh_token.token)
  })

  test('2. the immediate predecessor, presented again at once, gets the same successor', async () => {
    const { people, refresh, statusOf } = world()
    const { token_pair } = await people.register()
    const successor = await refresh(token_pair.refresh_token.token)
    expect(successor).not.toEqual(token_pair)
    expect(await refresh(token_pair.refresh_token.token)).toEqual(successor)
    expect(await statusOf(successor.access_token.token)).toBe(200)
    await refresh(successor.refresh_token.token)
  })

  test('2. 50 parallel refreshes of one token: one successor, nobody signed out', async () => {
    const { people, refresh, statusOf, url } = world()
    let { token_pair } = await people.register()
    const { call, close } = createClient(url, { connections: parallel })
    const at50 = async (path: string, options?: CallOptions) =>
      Promise.all(Array.from({ length: parallel }, async () => call(options ? 'POST' : 'GET', path, options)))
    try {
      // Connected beforehand, so that they all arrive at once. In later rounds the target has warmed up as well.
      await at50('/.well-known/jwks.json')
      for (let round = 0; round < 4; round += 1) {
        const body = { refresh_token: token_pair.refresh_token.token }
        const answers = await at50('/api/refresh', { body })
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
        expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
        token_pair = answers[0]?.body as TokenPair
      }
    } finally {
      close()
    }
    expect(await statusOf(token_pair.access_token.token)).toBe(200)
    await refresh(token_pair.refresh_token.token)
  })
}
