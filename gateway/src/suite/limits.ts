import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'
import type { Answer } from './client.ts'
import { until } from './until.ts'

const times = async (count: number, ask: () => Promise<Answer>) => {
  const statuses: number[] = []
  for (let index = 0; index < count; index += 1) statuses.push((await ask()).status)
  return statuses
}

export const describeLimits = (bench: () => Bench) => {
  const urlsAtService = () =>
    bench()
      .upstream.received()
      .map(({ url }) => url)

  describe('limits', () => {
    it('9. one more login than allowed is 429, without a body, and other routes are as ever', async () => {
      const login = async () => bench().send({ method: 'POST', path: '/api/login', body: '{}' })
      expect(await times(3, login)).toEqual([200, 200, 200])
      const answer = await login()
      expect(answer).toMatchObject({ status: 429, text: '', cut: false })
      expect(answer.headers['retry-after']).toBeUndefined()
      expect(urlsAtService()).toEqual(['/login', '/login', '/login'])
      expect(await bench().send({ path: '/api/echo' })).toMatchObject({ status: 200 })
    })

    it('8. nobody escapes by another X-Forwarded-For, and the service sees the real address', async () => {
      let number = 0
      const join = async () =>
        bench().send({
          method: 'POST',
          path: '/api/join',
          headers: { 'X-Forwarded-For': `192.0.2.${(number += 1)}`, 'X-Real-Ip': `192.0.2.${number}` },
        })
      expect(await times(5, join)).toEqual([200, 200, 200, 429, 429])
      for (const { headers } of bench().upstream.received())
        expect(headers['x-forwarded-for']).toEqual(['127.0.0.1'])
    })

    it.each([
      ['whom the proxy saw', '203.0.113.7', '203.0.113.7'],
      ['whom the first of several proxies saw', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
      ['not whom the client claims to be', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
      ['an address of version 6', '2001:db8::7', '2001:db8::7'],
      ['nobody by what is no address', 'unknown', '127.0.0.1'],
    ])('8. behind a trusted proxy the client is %s', async (_, forwarded, address) => {
      const headers = { 'X-Forwarded-For': forwarded }
      expect(await bench().sendHasty({ path: '/api/echo', headers })).toMatchObject({ status: 200 })
      expect(bench().upstream.received()[0]?.headers['x-forwarded-for']).toEqual([address])
    })

    it('9. behind a trusted proxy each client has a limit of its own', async () => {
      const join = (address: string) => async () =>
        bench().sendHasty({ method: 'POST', path: '/api/join', headers: { 'X-Forwarded-For': address } })
      expect(await times(4, join('203.0.113.1'))).toEqual([200, 200, 200, 429])
      expect(await times(4, join('203.0.113.2'))).toEqual([200, 200, 200, 429])
    })

    it('9. of a route for who is signed in are those of the user, whatever token or name they come with', async () => {
      const ask = (sub: string) => async () =>
        bench().send({
          path: '/api/limited',
          headers: { Authorization: `Bearer ${bench().token({ sub })}`, 'X-User-Id': String(Math.random()) },
        })
      expect(await times(4, ask('101'))).toEqual([200, 200, 200, 429])
      expect(await times(1, ask('102'))).toEqual([200])
    })

    it('9. who has no token uses up nothing of them', async () => {
      const ask = (token: string) => async () =>
        bench().send({ path: '/api/limited', headers: { Authorization: `Bearer ${token}` } })
      expect(new Set(await times(10, ask('x.y.z')))).toEqual(new Set([401]))
      expect(await times(3, ask(bench().token({ sub: '103' })))).toEqual([200, 200, 200])
    })

    it('9. come back with time', async () => {
      const ask = async () => bench().send({ path: '/api/refilled' })
      await until('the limit is reached', async () => (await ask()).status === 429)
      await until('it is lifted', async () => (await ask()).status === 200)
      expect(urlsAtService().length).toBeGreaterThan(2)
    })
  })
}
