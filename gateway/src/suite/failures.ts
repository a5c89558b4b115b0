import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type Bench, hastyTimeoutMilliseconds } from './bench.ts'
import type { Answer } from './client.ts'
import { expectNoAnswer } from './expect-problem.ts'
import type { GatewayEngine } from './gateway-engine.ts'
import { until } from './until.ts'

// The time-out itself is 500 ms; the rest is what a busy machine may take.
const farAboveTimeoutMilliseconds = 4_000

const timed = async (answer: Promise<Answer>) => {
  const startedAt = performance.now()
  const result = await answer
  return { ...result, milliseconds: performance.now() - startedAt }
}

export const describeFailures = (bench: () => Bench, { differences }: GatewayEngine) => {
  describe('a service that fails', () => {
    it('12. is a 500 without a body when it is away, and works again when it is back', async () => {
      const { second } = bench()
      await second.close()
      expectNoAnswer(await bench().send({ path: '/api/profile' }))
      expect(await bench().send({ path: '/api/echo' })).toMatchObject({ status: 200 })

      await second.open()
      expect(await bench().send({ path: '/api/profile' })).toMatchObject({ status: 200 })
    })

    it.each([
      ['breaks the connection', (response: ServerResponse) => void response.socket?.destroy()],
      ['talks nonsense', (response: ServerResponse) => void response.socket?.end('what?\r\n\r\n')],
    ])('is a 500 without a body when it %s', async (_, fail) => {
      bench().upstream.answerWith((_request, response) => fail(response))
      const answer = await bench().send({ method: 'POST', path: '/api/echo', body: '{}' })
      expect(answer).toMatchObject({ status: 500, text: '', cut: false })
    })

    it('breaks the client connection when it stops in the middle of an answer', async () => {
      bench().upstream.answerWith((_, response) => {
        response
          .writeHead(200, { 'Content-Length': 10_000 })
          .write('x'.repeat(5_000), () => response.socket?.destroy())
      })
      const answer = await bench().send({ path: '/api/echo' })
      expect(answer).toMatchObject({ status: 200, cut: true })
    })

    it('is asked once more when it closed a kept connection and the request can be repeated', async () => {
      expect(await bench().send({ path: '/api/echo' })).toMatchObject({ status: 200 })
      const kept = bench().upstream.connections()
      bench().upstream.answerWith((_, response) => {
        if (bench().upstream.connections() > kept) response.end('fine')
        else response.socket?.destroy()
      })
      expect(await bench().send({ path: '/api/echo' })).toMatchObject({ status: 200, text: 'fine' })
    })

    it('never has its redirects reach a client', async () => {
      bench().upstream.answerWith((request, response) => {
        if (request.url === '/echo') response.writeHead(302, { Location: '/elsewhere' }).end()
        else response.end('followed')
      })
      const answer = await bench().send({ path: '/api/echo' })
      expect([200, 500]).toContain(answer.status)
      expect(answer.headers.location).toBeUndefined()
    })
  })

  describe('the circuit breaker', () => {
    it('spares a service that fails again and again, and finds out by itself when it answers', async () => {
      const ask = async () => bench().send({ path: '/api/fragile' })
      bench().upstream.answerWith((_, response) => void response.socket?.destroy())
      const tried = () => bench().upstream.received().length
      // A request that closed a kept connection is sent once more: what counts are answers to the client.
      for (let failed = 0; failed < 25; failed += 1) expectNoAnswer(await ask())
      const before = tried()
      expectNoAnswer(await ask())
      expect(tried()).toBe(before)
      expect(await bench().send({ path: '/api/profile' })).toMatchObject({ status: 200 })

      bench().upstream.reset()
      await until('the service is asked again', async () => (await ask()).status === 200)
      expect(await ask()).toMatchObject({ status: 200 })
    })

    it('takes an error that a service answers with for an answer', async () => {
      bench().upstream.answerWith((_, response) => void response.writeHead(503).end())
      for (let answered = 0; answered < 30; answered += 1)
        expect(await bench().send({ path: '/api/act', method: 'POST' })).toMatchObject({ status: 503 })
    })
  })

  describe('the time-out', () => {
    it('12. ends the wait for an answer with a 500 without a body, and lets the service know', async () => {
      let gone = false
      bench().upstream.answerWith((_, response) => {
        response.once('close', () => {
          gone = true
        })
      })
      const answer = await timed(bench().sendHasty({ path: '/api/echo' }))
      expectNoAnswer(answer)
      expect(answer.milliseconds).toBeGreaterThan(hastyTimeoutMilliseconds * 0.9)
      expect(answer.milliseconds).toBeLessThan(farAboveTimeoutMilliseconds)
      await until('the service sees the request end', () => gone)
    })

    it('cuts an answer that stalls', async () => {
      bench().upstream.answerWith((_, response) => {
        response.writeHead(200, { 'Content-Length': 10_000 }).write('x'.repeat(5_000))
      })
      const answer = await timed(bench().sendHasty({ path: '/api/echo' }))
      expect(answer).toMatchObject({ status: 200, cut: true })
      expect(answer.milliseconds).toBeLessThan(farAboveTimeoutMilliseconds)
    })

    it('cuts a chunked answer that stalls, and tells the client unless it is KrakenD', async () => {
      bench().upstream.answerWith((_, response) => void response.writeHead(200).write('x'.repeat(5_000)))
      const answer = await timed(bench().sendHasty({ path: '/api/echo' }))
      expect(answer).toMatchObject({ status: 200, cut: !differences.endsCutChunksCleanly })
      expect(answer.milliseconds).toBeLessThan(farAboveTimeoutMilliseconds)
    })

    it('lets the service go when the client stops sending', async () => {
      let gone = false
      bench().upstream.answerWith((request, response) => {
        request.resume()
        response.once('close', () => {
          gone = true
        })
      })
      const client = new AbortController()
      const headers = { 'Content-Length': 1_000 }
      const unfinished = { method: 'POST', path: '/api/echo', headers, body: 'half', stopsSending: true }
      const answer = bench()
        .sendHasty({ ...unfinished, signal: client.signal })
        .catch(() => 'given up')
      await until('the service sees the request end', () => gone)
      client.abort()
      await answer
      expect(bench().upstream.received()).toHaveLength(1)
    })
  })

  it('a client that goes away takes its request at the service with it', async () => {
    let gone = false
    bench().upstream.answerWith((_, response) => {
      response.once('close', () => {
        gone = true
      })
    })
    const client = new AbortController()
    const answer = bench().send({ path: '/api/echo', signal: client.signal })
    await until('the service has the request', () => bench().upstream.received().length === 1)
    client.abort()
    await expect(answer).rejects.toThrow('aborted')
    await until('the service sees the request end', () => gone)
  })
}
