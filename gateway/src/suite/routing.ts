import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'
import { expectProblem } from './expect-problem.ts'

export const describeRouting = (bench: () => Bench) => {
  describe('routing', () => {
    const urlAtService = async (path: string) => {
      const { status } = await bench().send({ path })
      return {
        status,
        urls: bench()
          .upstream.received()
          .map(({ url }) => url),
      }
    }

    it.each([
      ['a parameter', '/api/items/7', '/items/7'],
      ['two parameters', '/api/items/7/parts/8', '/items/7/parts/8'],
      ['a static segment before a parameter', '/api/items/mine', '/own-items'],
      [
        'a parameter where the static segment leads nowhere',
        '/api/items/mine/parts/8',
        '/items/mine/parts/8',
      ],
      ['an alias', '/api/v1/items/mine', '/own-items'],
      ['an escaped letter for the letter itself', '/%61pi/items/mine', '/own-items'],
      ['an empty parameter in the middle of a path', '/api/items//parts/8', '/items//parts/8'],
    ])('takes %s', async (_, path, url) => {
      expect(await urlAtService(path)).toEqual({ status: 200, urls: [url] })
    })

    it('sends each route to the service that declares it', async () => {
      expect(await bench().send({ path: '/api/profile' })).toMatchObject({ status: 200 })
      expect(bench().second.received()).toMatchObject([{ url: '/profile' }])
      expect(bench().upstream.received()).toEqual([])
    })

    it.each([
      ['an unknown path', '/api/nothing'],
      ['a route that is not exposed', '/internal'],
      ['the path that a service knows a route by', '/items/7'],
      ['another case', '/api/Items/7'],
      ['a trailing slash', '/api/items/7/'],
      ['a missing parameter', '/api/items/'],
      ['a double slash', '/api//items/7'],
      ['a path to be cleaned', '/api/x/../items/7'],
      ['an escaped slash, which parts segments like any other', '/api/items/7%2F8'],
      ['the root', '/'],
    ])('14. answers %s with 404 and redirects nowhere', async (_, path) => {
      const answer = await bench().send({ path })
      expectProblem(answer, 404, 'not_found')
      expect(answer.headers.location).toBeUndefined()
      expect(bench().upstream.received()).toEqual([])
    })

    it('answers a broken escape in the path with 400', async () => {
      expect(await bench().send({ path: '/api/items/%zz' })).toMatchObject({
        status: 400,
        text: '400 Bad Request',
      })
      expect(bench().upstream.received()).toEqual([])
    })
  })

  describe('methods', () => {
    it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])('passes %s on as it is', async (method) => {
      expect(await bench().send({ method, path: '/api/echo' })).toMatchObject({ status: 200 })
      expect(bench().upstream.received()).toMatchObject([{ method, url: '/echo' }])
    })

    it.each(['POST', 'PUT', 'PATCH', 'OPTIONS', 'PROPFIND'])(
      '14. answers %s with 405 and the methods there are, where it is not declared',
      async (method) => {
        const answer = await bench().send({ method, path: '/api/items/7' })
        expectProblem(answer, 405, 'method_not_allowed')
        expect(answer.headers.allow?.split(', ').toSorted()).toEqual(['DELETE', 'GET'])
        expect(bench().upstream.received()).toEqual([])
      },
    )

    it('offers no HEAD for a GET', async () => {
      const answer = await bench().send({ method: 'HEAD', path: '/api/items/7' })
      expect(answer).toMatchObject({ status: 405, text: '' })
      expect(bench().upstream.received()).toEqual([])
    })
  })
}
