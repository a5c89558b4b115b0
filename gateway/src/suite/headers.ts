import { describe, expect, it } from 'vitest'
import type { Bench } from './bench.ts'

export const describeHeaders = (bench: () => Bench) => {
  const atService = async (headers: Record<string, string | string[]>) => {
    expect(await bench().send({ path: '/api/echo', headers })).toMatchObject({ status: 200 })
    return bench().upstream.received()[0]?.headers ?? {}
  }

  describe('headers of a request', () => {
    it('pass when they are listed', async () => {
      const listed = {
        accept: ['text/html', 'application/json'],
        authorization: ['Bearer x.y.z'],
        traceparent: ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
        'user-agent': ['suite/1.0'],
        'x-request-id': ['request-12345678'],
      }
      expect(await atService(listed)).toMatchObject(listed)
    })

    it('7. do not pass when they are not listed: a forged identity, cookies, the rest', async () => {
      const headers = await atService({
        'X-User-Id': '1',
        Cookie: 'access_token=x',
        'Accept-Encoding': 'gzip',
        'X-Forwarded-Proto': 'https',
        Forwarded: 'for=192.0.2.1',
        'X-Real-Ip': '192.0.2.1',
      })
      expect(Object.keys(headers)).toEqual(expect.arrayContaining(['user-agent', 'x-forwarded-for']))
      const own = ['connection', 'host', 'user-agent', 'x-forwarded-for', 'x-forwarded-host']
      expect(Object.keys(headers).filter((name) => !own.includes(name))).toEqual([])
    })

    it('do not pass when they are about the connection', async () => {
      const { connection, ...headers } = await atService({
        Connection: 'keep-alive, X-Request-Id',
        'Keep-Alive': 'timeout=1',
        'Proxy-Connection': 'keep-alive',
        TE: 'trailers',
        Upgrade: 'h2c',
      })
      for (const name of ['keep-alive', 'proxy-connection', 'te', 'upgrade'])
        expect(headers).not.toHaveProperty(name)
      expect(connection ?? ['keep-alive']).toEqual(['keep-alive'])
    })

    it('8. tell the real address of the client, whatever it claims', async () => {
      const headers = await atService({ 'X-Forwarded-For': '192.0.2.1', 'X-Forwarded-Host': 'evil.example' })
      expect(headers['x-forwarded-for']).toEqual(['127.0.0.1'])
      expect(headers['x-forwarded-host']).not.toContain('evil.example')
    })

    it('tell the host that the client asked, and the service its own', async () => {
      const headers = await atService({ Host: 'accounts.example' })
      expect(headers).toMatchObject({
        'x-forwarded-host': ['accounts.example'],
        host: [bench().upstream.url.slice('http://'.length)],
      })
    })

    it('name the gateway beside the client, or instead of one that is nameless', async () => {
      expect(await atService({ 'User-Agent': 'suite/1.0' })).toMatchObject({
        'user-agent': ['suite/1.0'],
        'x-forwarded-via': [expect.stringMatching(/^KrakenD Version /)],
      })
      bench().reset()
      expect(await atService({})).toMatchObject({
        'user-agent': [expect.stringMatching(/^KrakenD Version /)],
      })
    })
  })

  describe('headers of an answer', () => {
    it('6. all pass: two cookies, Retry-After, what nobody knows', async () => {
      bench().upstream.answerWith((_, response) => {
        response
          .writeHead(503, {
            'Set-Cookie': ['a=1; HttpOnly', 'b=2; Secure'],
            'Retry-After': '7',
            'Content-Type': 'application/problem+json',
            'X-Anything': 'yes',
            'WWW-Authenticate': 'Bearer',
          })
          .end('{}')
      })
      const answer = await bench().send({ path: '/api/echo' })
      expect(answer).toMatchObject({
        status: 503,
        headers: {
          'set-cookie': ['a=1; HttpOnly', 'b=2; Secure'],
          'retry-after': '7',
          'content-type': 'application/problem+json',
          'x-anything': 'yes',
          'www-authenticate': 'Bearer',
        },
      })
    })

    it('say that a gateway passed them, not which version', async () => {
      const { headers } = await bench().send({ path: '/api/echo' })
      expect(headers).toMatchObject({ 'x-krakend': 'Version undefined', 'x-krakend-completed': 'false' })
    })

    it('protect every answer, the own ones of the gateway too, each of them once', async () => {
      const sent = [
        { path: '/api/echo' },
        { path: '/api/mine' },
        { path: '/api/nothing' },
        { method: 'PUT', path: '/api/items/7' },
        { path: '/api/items/a%00b' },
      ]
      const answers = await Promise.all(sent.map((each) => bench().send(each)))
      expect(answers.map(({ status }) => status)).toEqual([200, 401, 404, 405, 500])
      for (const { headers, rawHeaders } of answers) {
        expect(headers).toMatchObject({
          'content-security-policy': "default-src 'none'",
          'referrer-policy': 'no-referrer',
          'strict-transport-security': 'max-age=31536000; includeSubDomains',
          'x-content-type-options': 'nosniff',
          'x-frame-options': 'SAMEORIGIN',
        })
        const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
        expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
      }
    })

    it('about the connection to the service stay there, but for what KrakenD lets through', async () => {
      bench().upstream.answerWith((_, response) => {
        response
          .writeHead(200, { Connection: 'keep-alive, X-Hop', 'Keep-Alive': 'timeout=77', 'X-Hop': '1' })
          .end('fine')
      })
      const { headers, text } = await bench().send({ path: '/api/echo' })
      const { passesHopByHopAnswers } = bench().engine.differences
      expect(text).toBe('fine')
      expect(headers['keep-alive'] === 'timeout=77').toBe(passesHopByHopAnswers)
      expect(headers['x-hop']).toBe(passesHopByHopAnswers ? '1' : undefined)
    })
  })
}
