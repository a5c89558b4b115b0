import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

export const describeBodies = (bench: () => Bench) => {
  const atService = () => bench().upstream.received()[0]

  describe('bodies of a request', () => {
    it.each(['POST', 'PUT', 'PATCH'])(
      '7. %s arrives byte for byte, with its type and length',
      async (method) => {
        const body = '{ "bio" : "Привет, 世界 👋",\n "n": 1e2 }'
        const headers = { 'Content-Type': 'application/json; charset=UTF-8' }
        expect(await bench().send({ method, path: '/api/echo', headers, body })).toMatchObject({
          status: 200,
        })
        expect(atService()).toMatchObject({
          method,
          body: Buffer.from(body),
          headers: {
            'content-type': ['application/json; charset=UTF-8'],
            'content-length': [String(Buffer.byteLength(body))],
          },
        })
      },
    )

    it('arrive when they are empty', async () => {
      expect(await bench().send({ method: 'POST', path: '/api/echo', body: '' })).toMatchObject({
        status: 200,
      })
      expect(atService()).toMatchObject({ body: Buffer.alloc(0), headers: { 'content-length': ['0'] } })
      expect(atService()?.headers).not.toHaveProperty('transfer-encoding')
    })

    it('arrive when they are large: 1 MB', async () => {
      const body = randomBytes(1_000_000)
      expect(await bench().send({ method: 'POST', path: '/api/echo', body })).toMatchObject({ status: 200 })
      expect(digest(atService()?.body ?? Buffer.alloc(0))).toBe(digest(body))
    })

    it('arrive when they come in chunks, without a length', async () => {
      const body = [Buffer.from('one '), Buffer.from('two '), randomBytes(70_000)]
      expect(await bench().send({ method: 'POST', path: '/api/echo', body })).toMatchObject({ status: 200 })
      expect(digest(atService()?.body ?? Buffer.alloc(0))).toBe(digest(Buffer.concat(body)))
    })

    it.each(['GET', 'DELETE'])(
      'of a %s stay bodies and never become a request of their own',
      async (method) => {
        const body = 'GET /internal HTTP/1.1\r\nHost: service\r\n\r\n'
        expect(await bench().send({ method, path: '/api/echo', body })).toMatchObject({ status: 200 })
        expect(await bench().send({ method, path: '/api/echo' })).toMatchObject({ status: 200 })
        expect(bench().upstream.received()).toMatchObject([
          { method, url: '/echo', body: Buffer.from(body) },
          { method, url: '/echo', body: Buffer.alloc(0) },
        ])
      },
    )

    it('may come to a route that declares none', async () => {
      expect(await bench().send({ method: 'POST', path: '/api/act', body: '{}' })).toMatchObject({
        status: 200,
      })
      expect(atService()).toMatchObject({ body: Buffer.from('{}') })
    })

    it('may be refused by the service before they are read', async () => {
      bench().upstream.answerWith((_, response) => {
        response
          .writeHead(413, { 'Content-Type': 'application/problem+json' })
          .end('{"code":"body_too_large"}')
      })
      const answer = await bench().send({ method: 'POST', path: '/api/echo', body: randomBytes(200_000) })
      expect(answer).toMatchObject({ status: 413, text: '{"code":"body_too_large"}' })
    })
  })

  describe('bodies of an answer', () => {
    it.each([200, 201, 400, 401, 403, 404, 409, 422, 429, 500, 503])(
      '5. %i arrives with its body and type unchanged',
      async (status) => {
        const body = `{ "status": ${status}, "detail": "ошибка" }`
        bench().upstream.answerWith((_, response) => {
          response.writeHead(status, { 'Content-Type': 'application/problem+json; charset=utf-8' }).end(body)
        })
        expect(await bench().send({ method: 'POST', path: '/api/echo', body: '{}' })).toMatchObject({
          status,
          text: body,
          headers: { 'content-type': 'application/problem+json; charset=utf-8' },
        })
      },
    )

    it('5. 204 arrives without one', async () => {
      bench().upstream.answerWith((_, response) => void response.writeHead(204).end())
      const answer = await bench().send({ path: '/api/echo' })
      expect(answer).toMatchObject({ status: 204, text: '', cut: false })
      expect(answer.headers).not.toHaveProperty('content-length')
    })

    it('of several MB arrive whole, with a length or in chunks', async () => {
      const body = randomBytes(5_000_000)
      for (const headers of [{ 'Content-Length': body.length }, {}]) {
        bench().upstream.answerWith((_, response) => {
          response.writeHead(200, { 'Content-Type': 'application/octet-stream', ...headers })
          for (let start = 0; start < body.length; start += 50_000)
            response.write(body.subarray(start, start + 50_000))
          response.end()
        })
        const answer = await bench().send({ path: '/api/echo' })
        expect(answer.cut).toBe(false)
        expect(digest(answer.body)).toBe(digest(body))
      }
    })

    it('are not packed or unpacked on the way', async () => {
      bench().upstream.answerWith((_, response) => {
        response
          .writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' })
          .end('packed')
      })
      const answer = await bench().send({ path: '/api/echo', headers: { 'Accept-Encoding': 'gzip' } })
      expect(answer).toMatchObject({ text: 'packed', headers: { 'content-encoding': 'gzip' } })
    })
  })
}
