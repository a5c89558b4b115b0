import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { PassThrough } from 'node:stream'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createLogger } from '../logging/logger.ts'
import { tokenAlgorithms } from './keys.ts'
import { createRemoteKeys, type RemoteKeys } from './remote-keys.ts'
import { makeKey } from './testing/make-key.ts'
import { type KeyServer, startKeyServer } from './testing/start-key-server.ts'

const opened: { servers: KeyServer[]; keys: RemoteKeys[] } = { servers: [], keys: [] }

const startServer = async (...parameters: Parameters<typeof startKeyServer>) => {
  const server = await startKeyServer(...parameters)
  opened.servers.push(server)
  return server
}

/** With a clock that only the test moves; the timer that refreshes follows the real one. */
const openKeys = (url: string, needs: Omit<Parameters<typeof createRemoteKeys>[0], 'url' | 'clock'> = {}) => {
  let now = Date.UTC(2030, 0, 1)
  const destination = new PassThrough()
  let log = ''
  destination.on('data', (chunk: Buffer) => (log += chunk.toString()))
  const logger = createLogger({ service: 'test-service', level: 'info', destination })
  const keys = createRemoteKeys({ url, clock: () => new Date(now), logger, ...needs })
  opened.keys.push(keys)
  return {
    keys,
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    messages: () =>
      log
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

const until = async (condition: () => unknown) => vi.waitFor(() => expect(condition()).toBe(true), 10_000)
const isReady = (keys: RemoteKeys) => () => keys.readiness().ready
const unavailable = { code: 'unavailable' }

afterEach(async () => {
  vi.useRealTimers()
  for (const keys of opened.keys.splice(0)) keys.close()
  await Promise.all(opened.servers.splice(0).map(async (server) => server.stop()))
})

describe('remote keys', () => {
  test('are had before the first token comes; a known one costs neither a request nor a wait', async () => {
    const known = tokenAlgorithms
      .filter((algorithm) => algorithm !== 'HS256')
      .map((algorithm) => makeKey(algorithm))
    const server = await startServer(known)
    const { keys } = openKeys(server.url)
    await until(isReady(keys))
    for (const { kid, algorithm, key } of known) {
      const found = await keys.find(kid)
      expect(found).toMatchObject({ kid, algorithm })
      expect(found?.key.equals(key)).toBe(true)
      for (let again = 0; again < 100; again += 1) expect(keys.find(kid)).toBe(found)
    }
    expect(server.requests()).toBe(1)
  })

  test('many that ask at the start share one request', async () => {
    const key = makeKey()
    const server = await startServer([key])
    const { keys } = openKeys(server.url)
    const found = await Promise.all(Array.from({ length: 50 }, async () => keys.find(key.kid)))
    expect(found.every((each) => each?.kid === key.kid)).toBe(true)
    expect(server.requests()).toBe(1)
  })

  test('an unknown name is asked for at once, but only once in five seconds, however many make one up', async () => {
    const server = await startServer([makeKey()])
    const { keys, pass } = openKeys(server.url)
    await until(isReady(keys))
    const ask = async (names: string) =>
      Promise.all(Array.from({ length: 50 }, async (_, index) => keys.find(`${names}-${index}`)))
    expect(await ask('first')).toEqual(Array.from({ length: 50 }))
    expect(server.requests()).toBe(2)
    pass(4.999)
    await ask('second')
    expect(server.requests()).toBe(2)
    pass(0.001)
    await ask('third')
    expect(server.requests()).toBe(3)
  })

  test('many that ask at one time share one request, even if each may ask', async () => {
    const server = await startServer([makeKey()])
    const { keys } = openKeys(server.url, { cooldownSeconds: 0 })
    await until(isReady(keys))
    await Promise.all(Array.from({ length: 50 }, async () => keys.find('unknown')))
    expect(server.requests()).toBe(2)
  })

  test('security 8: a key published after the last refresh is found by the first token that names it', async () => {
    const [former, next] = [makeKey(), makeKey('ES256')]
    const server = await startServer([former])
    const { keys } = openKeys(server.url)
    await until(isReady(keys))
    const before = keys.find(former.kid)
    server.publish([former, next])
    expect(await keys.find(next.kid)).toMatchObject({ kid: next.kid, algorithm: 'ES256' })
    // The very object: tokens verified with it stay verified.
    expect(keys.find(former.kid)).toBe(before)
  })

  test('are refreshed in the background: what is withdrawn is forgotten, what is replaced is another key', async () => {
    const [stays, goes] = [makeKey('ES256'), makeKey('ES256')]
    const server = await startServer([stays, goes])
    const { keys } = openKeys(server.url, { refreshSeconds: 0.02 })
    await until(isReady(keys))
    const before = keys.find(goes.kid)
    const replaced = makeKey('ES256', { kid: goes.kid })
    server.publish([stays, replaced])
    await until(() => keys.find(goes.kid) !== before)
    expect((await keys.find(goes.kid))?.key.equals(replaced.key)).toBe(true)
    server.publish([stays])
    await until(() => keys.find(goes.kid) instanceof Promise)
    expect(await keys.find(goes.kid)).toBeUndefined()
    expect(await keys.find(stays.kid)).toBeDefined()
  })

  test('an empty set is believed: then no key is valid', async () => {
    const server = await startServer([])
    const { keys } = openKeys(server.url)
    expect(await keys.find('any')).toBeUndefined()
    expect(keys.readiness()).toEqual({ ready: true })
  })
})

describe('security 22: while the keys cannot be had', () => {
  test('and never could, nobody can know: 503, not ready; once they can, all is well by itself', async () => {
    const key = makeKey()
    const server = await startServer([key])
    await server.stop()
    const { keys, messages } = openKeys(server.url, { refreshSeconds: 0.02 })
    await expect(keys.find(key.kid)).rejects.toMatchObject(unavailable)
    expect(keys.readiness()).toEqual({ ready: false, reason: `no keys from ${server.url} yet` })
    await server.resume()
    await until(isReady(keys))
    expect(await keys.find(key.kid)).toMatchObject({ kid: key.kid })
    expect(messages().map(({ msg }) => msg)).toEqual(['token keys cannot be loaded', 'token keys loaded'])
  })

  test('the former ones are kept and a strange one is still unknown; each change is logged once', async () => {
    const key = makeKey()
    const server = await startServer([key])
    const { keys, pass, messages } = openKeys(server.url, { refreshSeconds: 0.02 })
    await until(isReady(keys))
    const before = keys.find(key.kid)
    server.answerWith((response) => response.writeHead(500).end())
    const asked = server.requests()
    await until(() => server.requests() > asked + 5)
    expect(keys.find(key.kid)).toBe(before)
    expect(keys.readiness()).toEqual({ ready: true })
    pass(60)
    expect(await keys.find('strange')).toBeUndefined()
    server.publish([key])
    await until(() => messages().length === 3)
    expect(messages()).toMatchObject([
      { level: 'info', msg: 'token keys loaded', kids: [key.kid], unusable: 0 },
      { level: 'warn', msg: 'token keys cannot be loaded', kept: 1, err: { message: 'answered with 500' } },
      { level: 'info', msg: 'token keys loaded', kids: [key.kid] },
    ])
  })

  test('requests do not add to the trouble: none asks again within five seconds of a failure', async () => {
    let asked = 0
    const fetch = async () => {
      asked += 1
      throw new TypeError('fetch failed')
    }
    vi.useFakeTimers()
    const { keys } = openKeys('http://127.0.0.1:1/', { fetch })
    for (let again = 0; again < 50; again += 1)
      await expect(keys.find('any')).rejects.toMatchObject(unavailable)
    expect(asked).toBe(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(asked).toBe(2)
  })
})

describe('what the endpoint answers', () => {
  test('keys of no use are passed over, the others are used', async () => {
    const good = makeKey()
    const rsa = makeKey()
    const odd = (changes: Record<string, unknown>) => ({ jwk: { ...rsa.jwk, ...changes } })
    const ec = makeKey('ES256').jwk
    const server = await startServer([
      odd({ kid: 'use', use: 'enc' }),
      odd({ kid: 'alg', alg: 'RSA-OAEP' }),
      odd({ kid: 'no-alg', alg: undefined }),
      odd({ kid: 'none', alg: 'none' }),
      odd({ kid: 'hmac', alg: 'HS256' }),
      odd({ kid: 'curve', alg: 'ES256' }),
      odd({ kid: 'broken', n: '!' }),
      odd({ kid: '' }),
      odd({ kid: 7 }),
      { jwk: { ...makeKey('HS256').jwk, kid: 'oct' } },
      { jwk: { ...makeKey('HS256').jwk, kid: 'oct-rsa', alg: 'RS256' } },
      { jwk: { ...ec, kid: 'ec-as-rsa', alg: 'RS256' } },
      { jwk: { ...ec, kid: 'ec-of-other-size', alg: 'ES384' } },
      { jwk: { ...ec, kid: 'ec-off-curve', y: ec['x'] } },
      makeKey('RS256', { kid: 'weak', rsaBits: 1024 }),
      { jwk: null as never },
      { jwk: 'text' as never },
      good,
    ])
    const { keys, messages } = openKeys(server.url)
    await until(isReady(keys))
    expect(keys.find(good.kid)).toMatchObject({ kid: good.kid })
    expect(messages()).toMatchObject([{ kids: [good.kid], unusable: 17 }])
  })

  test('a key whose use is not said is judged by its algorithm', async () => {
    const key = makeKey()
    const server = await startServer([{ jwk: { ...key.jwk, use: undefined } }])
    expect(await openKeys(server.url).keys.find(key.kid)).toMatchObject({ algorithm: 'RS256' })
  })

  const text = (body: string) => (response: ServerResponse) => void response.end(body)
  const drip = (response: ServerResponse) => {
    const timer = setInterval(() => response.write(' '), 5)
    response.on('close', () => clearInterval(timer))
  }
  test.each<[string, (response: ServerResponse) => void]>([
    ['silence', () => {}],
    ['one byte after the other', drip],
    ['a broken connection', (response) => void response.destroy()],
    ['404', (response) => void response.writeHead(404).end('{"keys":[]}')],
    ['204', (response) => void response.writeHead(204).end()],
    ['no JSON', text('<html>')],
    ['no key set', text('{"keys":{}}')],
    ['nothing', text('')],
  ])('%s: is a failure, not an empty set', async (_name, answer) => {
    const server = await startServer()
    server.answerWith(answer)
    const { keys, messages } = openKeys(server.url, { timeoutMilliseconds: 100 })
    await expect(keys.find('any')).rejects.toMatchObject(unavailable)
    expect(keys.readiness().ready).toBe(false)
    expect(messages()).toMatchObject([{ msg: 'token keys cannot be loaded' }])
  })

  test('a set of more than 256 kB is not read', async () => {
    const key = makeKey()
    const padded = (bytes: number) => JSON.stringify({ keys: [key.jwk] }).padEnd(bytes)
    const server = await startServer()
    server.answerWith(text(padded(256 * 1024)))
    expect(await openKeys(server.url).keys.find(key.kid)).toMatchObject({ kid: key.kid })
    server.answerWith(text(padded(256 * 1024 + 1)))
    await expect(openKeys(server.url).keys.find(key.kid)).rejects.toMatchObject(unavailable)
  })

  test('a redirect is not followed', async () => {
    const elsewhere = await startServer([makeKey()])
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await startServer()
      server.answerWith((response) => void response.writeHead(status, { Location: elsewhere.url }).end())
      await expect(openKeys(server.url).keys.find('any')).rejects.toMatchObject(unavailable)
    }
    expect(elsewhere.requests()).toBe(0)
  })
})

describe('the end', () => {
  test('closed keys ask no more, not even for an unknown name, and keep what they know', async () => {
    vi.useFakeTimers()
    const key = makeKey()
    let asked = 0
    const fetch = async () => {
      asked += 1
      return Response.json({ keys: [key.jwk] })
    }
    const { keys, pass } = openKeys('http://127.0.0.1:1/', { fetch })
    await keys.find(key.kid)
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked).toBe(2)
    keys.close()
    expect(vi.getTimerCount()).toBe(0)
    pass(3_600)
    expect(await keys.find('other')).toBeUndefined()
    expect(keys.find(key.kid)).toMatchObject({ kid: key.kid })
    expect(asked).toBe(2)
  })

  test('closing ends the request that is under way', async () => {
    const server = await startServer()
    let ended = false
    server.answerWith((response) => {
      response.on('close', () => {
        ended = true
      })
    })
    const { keys, messages } = openKeys(server.url, { timeoutMilliseconds: 60_000 })
    await until(() => server.requests() === 1)
    keys.close()
    await until(() => ended)
    await expect(keys.find('any')).rejects.toMatchObject(unavailable)
    expect(messages()).toEqual([])
  })

  test('closed while they are loaded, they are not loaded again', async () => {
    vi.useFakeTimers()
    const { keys } = openKeys('http://127.0.0.1:1/', { fetch: async () => new Promise(() => {}) })
    const found = keys.find('any')
    keys.close()
    await Promise.all([expect(found).rejects.toMatchObject(unavailable), vi.advanceTimersByTimeAsync(2_000)])
    expect(vi.getTimerCount()).toBe(0)
  })

  test('keys that nobody closed do not keep a process alive', async () => {
    const key = makeKey()
    const server = await startServer([key])
    const script = `import { createRemoteKeys } from '@accounts/shared/tokens/remote-keys'
      const found = await createRemoteKeys({ url: '${server.url}' }).find('${key.kid}')
      process.exitCode = found ? 7 : 1`
    const flags = [
      '--import',
      'tsx',
      '--conditions=@accounts/source',
      '--input-type=module',
      '--eval',
      script,
    ]
    const child = spawn(process.execPath, flags, { cwd: import.meta.dirname, stdio: 'inherit' })
    const exited = once(child, 'exit')
    const late = setTimeout(() => child.kill('SIGKILL'), 15_000)
    expect(await exited).toEqual([7, null])
    clearTimeout(late)
  })
})
