import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CallOptions } from '../world/client.ts'
import type { Person } from '../world/people.ts'
import { validRequests, type ValidRequest } from '../world/valid-requests.ts'
import type { World } from '../world/world.ts'

type Members = ValidRequest['body']

/** Each member in its turn with another value. */
const withEach = (body: Members, change: (value: string) => unknown) =>
  Object.entries(body).map(([name, value]) => JSON.stringify({ ...body, [name]: change(value) }))

const before = (body: Members, members: string) => JSON.stringify(body).replace('{', `{${members},`)

const twice = (body: Members) => {
  const [name = ''] = Object.keys(body)
  const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`
  return [before(body, `"${name}":"other"`), before(body, `"${escaped}":"other"`)]
}

export const describeHostileBodies = (world: () => World) => {
  describe('hostile bodies', () => {
    let person: Person
    beforeAll(async () => {
      person = await world().people.register()
    })
    afterAll(async () => {
      // Nothing of all that was taken for a request, and whoever answers is well.
      expect(await world().statusOf(person.token_pair.access_token.token)).toBe(200)
      await world().refresh(person.token_pair.refresh_token.token)
    })

    /** From every route that takes a body. */
    const expectAnswers = async (
      statuses: readonly number[],
      makeBodies: (body: Members) => readonly (string | Buffer)[],
      headers: CallOptions['headers'] = { 'Content-Type': 'application/json' },
    ) => {
      for (const { path, body, credentials } of validRequests(person))
        for (const raw of makeBodies(body)) {
          const answer = await world().call('POST', path, { ...credentials, raw, headers })
          const sent = `${path} ${raw.toString().slice(0, 80)}`
          expect(statuses, `${sent} was answered ${answer.status}`).toContain(answer.status)
          expect(answer.headers['content-type'], sent).toMatch(/^application\/problem\+json/)
        }
    }

    test('18. bodies over the limit: 413', async () => {
      await expectAnswers([413], (body) => [before(body, `"padding":"${'x'.repeat(100_001)}"`)])
    })

    test('18. deep, broken, or no JSON, members given twice: 400', async () => {
      const deep = [`${'['.repeat(40_000)}${']'.repeat(40_000)}`, '[{"a":'.repeat(10_000)]
      const broken = ['', '{', 'null,', '{"login":}', "{'login':'x'}", '{"login":"x"}{}', 'NaN']
      await expectAnswers([400], (body) => [
        ...deep,
        ...deep.map((value) => before(body, `"deep":${value}`)),
        ...broken,
        ...twice(body),
      ])
    })

    test('18. broken UTF-8: 400', async () => {
      const sequences = [
        [0xff, 0xfe],
        [0xc0, 0xaf],
        [0xed, 0xa0, 0x80],
        [0xe2, 0x82],
        [0xf5, 0x80, 0x80, 0x80],
      ]
      await expectAnswers([400], (body) =>
        sequences.map((bytes) =>
          Buffer.concat([
            Buffer.from('{"'),
            Buffer.from(bytes),
            Buffer.from(`":"",${JSON.stringify(body).slice(1)}`),
          ]),
        ),
      )
    })

    test('18. __proto__ and constructor as members, and what is no object: 422', async () => {
      await expectAnswers([422], (body) => [
        before(body, '"__proto__":{"role":"admin"}'),
        before(body, '"constructor":{"prototype":{"role":"admin"}}'),
        ...['null', '[]', '"text"', '1e400', JSON.stringify([body])],
      ])
    })

    test('18. NUL bytes, lone surrogates, very long strings and other types as values: a 4xx', async () => {
      await expectAnswers([401, 422], (body) => [
        ...withEach(body, (value) => `${value}\0`),
        ...withEach(body, (value) => `${value}\uD800`),
        ...withEach(body, (value) => `\uDC00${value}`),
        ...withEach(body, (value) => value.padEnd(90_000, 'x')),
        ...[null, 7, true, [], {}].flatMap((other) => withEach(body, () => other)),
      ])
    })

    test('18. another Content-Type, charset or encoding: 415', async () => {
      for (const type of [
        'text/plain',
        'application/x-www-form-urlencoded',
        'application/json; charset=utf-16',
      ])
        await expectAnswers([415], (body) => [JSON.stringify(body)], { 'Content-Type': type })
      await expectAnswers([415], (body) => [JSON.stringify(body)], {})
    })
  })
}
