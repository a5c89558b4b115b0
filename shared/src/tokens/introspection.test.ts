import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createIntrospection } from './introspection.ts'
import { type IntrospectionServer, startIntrospectionServer } from './testing/start-introspection-server.ts'

describe('introspection', () => {
  let server: IntrospectionServer
  let now: number
  beforeEach(async () => {
    server = await startIntrospectionServer()
    now = Date.UTC(2030, 0, 1)
  })
  afterEach(async () => server.stop())

  const open = (options: Partial<Parameters<typeof createIntrospection>[0]> = {}) =>
    createIntrospection({
      url: server.url,
      name: 'user-service',
      secret: 'the secret: of the services',
      clock: () => new Date(now),
      ...options,
    })

  const unavailable = { code: 'unavailable' }

  test('asks with the credential of the services, and hands on what it is told', async () => {
    server.end('dead')
    const { isActive } = open()
    expect(await isActive('alive')).toBe(true)
    expect(await isActive('dead')).toBe(false)
    expect(server.asked.map(({ token }) => token)).toEqual(['alive', 'dead'])
    const encoded = Buffer.from('user-service:the secret: of the services').toString('base64')
    expect(server.asked[0]?.authorization).toBe(`Basic ${encoded}`)
  })

  test('an answer is kept for five seconds, and no longer', async () => {
    const { isActive } = open()
    await isActive('token')
    server.end('token')
    now += 4_999
    expect(await isActive('token')).toBe(true)
    expect(server.asked).toHaveLength(1)
    now += 1
    expect(await isActive('token')).toBe(false)
  })

  test('many requests with one token at once cost one question', async () => {
    const { isActive } = open()
    const answers = await Promise.all(Array.from({ length: 50 }, async () => isActive('token')))
    expect(new Set(answers)).toEqual(new Set([true]))
    expect(server.asked).toHaveLength(1)
  })

  test('no more answers are kept than the limit: the oldest makes room', async () => {
    const { isActive } = open({ maxKept: 3 })
    for (const token of ['a', 'b', 'c', 'd', 'd', 'c', 'b']) await isActive(token)
    expect(server.asked).toHaveLength(4)
    await isActive('a')
    expect(server.asked).toHaveLength(5)
  })

  const misbehaving: [string, (response: ServerResponse) => void][] = [
    ['refuses', (response) => response.writeHead(401).end('{"active":true}')],
    ['fails', (response) => response.writeHead(500).end()],
    ['sends on', (response) => response.writeHead(302, { Location: '/elsewhere' }).end()],
    ['says something else', (response) => response.end('{"active":"yes"}')],
    ['is not understood', (response) => response.end('<html>')],
    ['hangs up', (response) => response.destroy()],
    ['says nothing', () => {}],
    ['stops half-way', (response) => response.writeHead(200).write('{"active":')],
  ]
  test.each(misbehaving)('who asks somebody who %s does not know, and asks again', async (_, misbehave) => {
    const { isActive } = open({ timeoutMilliseconds: 1_000 })
    server.answerWith(misbehave)
    await expect(isActive('token')).rejects.toMatchObject(unavailable)
    server.recover()
    expect(await isActive('token')).toBe(true)
  })

  test('no more than the limit are asked about at a time; the next is told so at once', async () => {
    const held: ServerResponse[] = []
    const { isActive } = open({ maxAsking: 2 })
    server.answerWith((response) => held.push(response))
    const asking = [isActive('one'), isActive('two')]
    await expect(isActive('three')).rejects.toMatchObject(unavailable)
    await expect.poll(() => held.length).toBe(2)
    for (const response of held) response.end('{"active":true}')
    expect(await Promise.all(asking)).toEqual([true, true])
    server.recover()
    expect(await isActive('three')).toBe(true)
  })

  test('with nobody there it is not known, which is logged once, as is the return', async () => {
    const logged: string[] = []
    const logger = {
      warn: (_: object, text: string) => logged.push(text),
      info: (_: object, text: string) => logged.push(text),
    }
    const { isActive } = open({ logger: logger as never, timeoutMilliseconds: 1_000 })
    server.answerWith((response) => response.destroy())
    for (const token of ['a', 'b', 'c']) await expect(isActive(token)).rejects.toMatchObject(unavailable)
    server.recover()
    await isActive('a')
    expect(logged).toEqual(['tokens cannot be asked about', 'tokens can be asked about again'])
  })
})
