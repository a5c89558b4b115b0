import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'

export const describeInputs = (bench: () => Bench) => {
  const urlsAtService = () =>
    bench()
      .upstream.received()
      .map(({ url }) => url)

  describe('parameters', () => {
    it.each([
      ['letters of any script', 'Анна'],
      ['a space', 'John Doe'],
      ['a plus, which is no space in a path', 'a+b'],
      ['reserved characters', '&=;:@,$!'],
      ['dots', '..'],
    ])('arrive as they were sent: %s', async (_, value) => {
      expect(await bench().send({ path: `/api/items/${encodeURIComponent(value)}` })).toMatchObject({
        status: 200,
      })
      expect(urlsAtService().map((url) => decodeURIComponent(url))).toEqual([`/items/${value}`])
    })

    it('arrive as they were sent when they are not UTF-8', async () => {
      expect(await bench().send({ path: '/api/items/a%FF' })).toMatchObject({ status: 200 })
      expect(urlsAtService()).toEqual(['/items/a%FF'])
    })

    it.each([
      ['a second layer of escapes', 'a%2541', 'error: encoded url params'],
      ['a question mark', 'a%3Fb', 'error: encoded url params'],
      ['a hash', 'a%23b', 'error: encoded url params'],
      ['a percent sign', '50%25', 'error: invalid URL escape "%"'],
    ])('are refused with 400 when they hold %s', async (_, value, text) => {
      const answer = await bench().send({ path: `/api/items/${value}` })
      expect(answer).toMatchObject({ status: 400, text })
      expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8')
      expect(urlsAtService()).toEqual([])
    })

    it('never take a control character to a service', async () => {
      expect(await bench().send({ path: '/api/items/a%00b' })).toMatchObject({ status: 500, text: '' })
      expect(await bench().send({ path: '/api/items/a%0D%0Ab' })).toMatchObject({ status: 500, text: '' })
      expect(urlsAtService()).toEqual([])
    })
  })

  describe('queries', () => {
    const passed = async (query: string, path = '/api/search') => {
      expect(await bench().send({ path: `${path}?${query}` })).toMatchObject({ status: 200 })
      const [url = ''] = urlsAtService()
      return Array.from(new URL(url, 'http://service').searchParams).toSorted(([a], [b]) =>
        a < b ? -1 : a > b ? 1 : 0,
      )
    }

    it('7. pass when they are declared, and only then', async () => {
      expect(await passed('limit=5&debug=1&Limit=6')).toEqual([['limit', '5']])
    })

    it('do not pass where none is declared', async () => {
      expect(await passed('limit=5', '/api/echo')).toEqual([])
      expect(urlsAtService()).toEqual(['/echo'])
    })

    it('keep every value of a repeated name, in order', async () => {
      expect(await passed('tag=b&limit=5&tag=a&tag=b')).toEqual([
        ['limit', '5'],
        ['tag', 'b'],
        ['tag', 'a'],
        ['tag', 'b'],
      ])
    })

    it('keep their values: escapes, scripts, empty', async () => {
      expect(await passed('cursor=a%26b%3Dc%25%2B+d&limit=&tag=%D0%B0')).toEqual([
        ['cursor', 'a&b=c%+ d'],
        ['limit', ''],
        ['tag', 'а'],
      ])
    })

    it('lose the pairs that are broken', async () => {
      expect(await passed('limit=%zz&cursor=1;tag=2&tag=a')).toEqual([['tag', 'a']])
    })
  })
}
