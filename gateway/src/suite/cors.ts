import { describe, expect, it } from 'vitest'
import { type Bench, frontendOrigins } from './bench.ts'
import type { Answer } from './client.ts'

const valuesOf = ({ rawHeaders }: Answer, name: string) =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name)

const corsHeaders = ({ headers }: Answer) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')))

export const describeCors = (bench: () => Bench) => {
  const preflight = async (changes: Record<string, string> = {}, path = '/api/echo') =>
    bench().send({
      method: 'OPTIONS',
      path,
      headers: {
        Origin: frontendOrigins[0],
        'Access-Control-Request-Method': 'PATCH',
        'Access-Control-Request-Headers': 'authorization,content-type',
        ...changes,
      },
    })

  describe('13. pages of other origins', () => {
    it.each(frontendOrigins)('of %s may send a PATCH with a token: the preflight is 204', async (origin) => {
      const answer = await preflight({ Origin: origin })
      expect(answer).toMatchObject({ status: 204, text: '' })
      expect(corsHeaders(answer)).toEqual({
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'PATCH',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-max-age': '7200',
      })
      expect(bench().upstream.received()).toEqual([])
    })

    it.each(['GET', 'POST', 'PUT', 'DELETE'])('may use %s', async (method) => {
      const answer = await preflight({ 'Access-Control-Request-Method': method })
      expect(answer.headers['access-control-allow-methods']).toBe(method)
    })

    it.each<[string, Record<string, string>]>([
      ['another origin', { Origin: 'https://evil.example' }],
      ['an origin that only begins alike', { Origin: 'https://app.example.evil.example' }],
      ['another port', { Origin: 'http://localhost:3001' }],
      ['no origin at all', { Origin: 'null' }],
      ['a method that nobody needs', { 'Access-Control-Request-Method': 'TRACE' }],
      ['a header that nobody needs', { 'Access-Control-Request-Headers': 'x-user-id' }],
    ])('are not invited: %s', async (_, changes) => {
      expect(corsHeaders(await preflight(changes))).toEqual({})
    })

    it('read an answer, a refusal and an error, each with exactly one Access-Control-Allow-Origin', async () => {
      const [origin = ''] = frontendOrigins
      const answers = await Promise.all(
        [
          { path: '/api/echo' },
          { path: '/api/mine' },
          { path: '/api/nothing' },
          { path: '/api/mine', headers: { Authorization: `Bearer ${bench().token()}` } },
          { method: 'PUT', path: '/api/items/7' },
        ].map((sent) => bench().send({ ...sent, headers: { ...sent.headers, Origin: origin } })),
      )
      expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 200, 405])
      for (const answer of answers) {
        expect(valuesOf(answer, 'access-control-allow-origin')).toEqual([origin])
        expect(answer.headers['access-control-expose-headers']).toBe(
          'Retry-After, WWW-Authenticate, X-Request-Id',
        )
        expect(answer.headers['access-control-allow-credentials']).toBeUndefined()
        expect(answer.headers.vary).toContain('Origin')
      }
    })

    it('of nobody get nothing, and no cache mixes them up', async () => {
      for (const headers of [{}, { Origin: 'https://evil.example' }]) {
        const answer = await bench().send({ path: '/api/echo', headers })
        expect(corsHeaders(answer)).toEqual({})
        expect(answer.headers.vary).toContain('Origin')
      }
    })

    it('are asked about before any route is looked for, and an OPTIONS that asks nothing is 405', async () => {
      expect(await preflight({}, '/api/nothing')).toMatchObject({ status: 204 })
      expect(await bench().send({ method: 'OPTIONS', path: '/api/echo' })).toMatchObject({ status: 405 })
    })
  })
}
