import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'

export const describeLoad = (bench: () => Bench) => {
  describe('connections to a service', () => {
    it('are kept and used again', async () => {
      await bench().send({ path: '/api/echo' })
      const before = bench().upstream.connections()
      for (let round = 0; round < 20; round += 1)
        await bench().send({ method: 'POST', path: '/api/echo', body: '{}' })
      expect(bench().upstream.received()).toHaveLength(21)
      expect(bench().upstream.connections() - before).toBeLessThanOrEqual(1)
    })

    it('carry 200 requests at once, each with its own answer', async () => {
      bench().upstream.answerWith((request, response) => void response.end(request.url))
      const numbers = Array.from({ length: 200 }, (_, index) => index)
      const answers = await Promise.all(
        numbers.map((number) => bench().send({ path: `/api/items/${number}` })),
      )
      expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(
        numbers.map((number) => `200 /items/${number}`),
      )
    })
  })
}
