import { PassThrough } from 'node:stream'
import { freePort } from '@accounts/shared/testing/free-port'
import { createLogger } from '@accounts/shared/logging/logger'
import { afterEach, describe, expect, it } from 'vitest'
import { renderKrakend } from '../declaration.ts'
import { send } from '../suite/client.ts'
import { embeddedEngine } from '../suite/gateway-engine.ts'
import { type GatewayProcess, spawnGateway, startGateway } from '../suite/gateway-process.ts'
import { testServices } from '../suite/test-services.ts'
import { startUpstream } from '../suite/upstream.ts'
import { until } from '../suite/until.ts'
import { startEmbeddedGateway } from './start-embedded-gateway.ts'

const environment = { AUTH_SERVICE_URL: 'http://127.0.0.1:8000', USER_SERVICE_URL: 'http://127.0.0.1:8001' }
const text = renderKrakend(testServices, { metricsPort: await freePort() })

describe('the process of the embedded gateway', () => {
  let gateway: GatewayProcess | undefined
  afterEach(async () => gateway?.remove())

  const outputOf = async (engine = embeddedEngine, file = text) => {
    gateway = await spawnGateway({ engine, text: file, environment })
    return { code: await gateway.ended(), lines: gateway.output().trimEnd().split('\n') }
  }
  const withArguments = (...args: string[]) => ({
    ...embeddedEngine,
    run: (file: string, port: number) => {
      const command = embeddedEngine.run(file, port)
      return { ...command, args: [...command.args.slice(0, -4), ...args] }
    },
  })

  it('says in one line that it listens, and where', async () => {
    gateway = await startGateway({ engine: embeddedEngine, text, environment })
    const lines = gateway.output().trimEnd().split('\n')
    const messages = lines.map((line) => JSON.parse(line) as { msg: string })
    expect(messages.filter(({ msg }) => msg === 'listening')).toMatchObject([
      { engine: 'embedded gateway', url: gateway.url },
    ])
  })

  it('refuses a key it does not know in one line', async () => {
    expect(await outputOf(embeddedEngine, text.replace('"port"', '"cache_ttl": "1s", "port"'))).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(
          /^embedded gateway cannot start: .*krakend\.json: cache_ttl is not implemented/,
        ),
      ],
    })
  })

  it.each([
    ['without a file', [], /usage: -c/],
    [
      'with a file that is not there',
      ['-c', 'nowhere.json'],
      /nowhere\.json cannot be read \(ENOENT\): usage: -c/,
    ],
    ['with an option it does not have', ['-c', 'x', '--daemon'], /usage: -c/],
    ['with a port that is none', ['-c', 'x', '-p', '70000'], /usage: -c/],
  ])('refuses to start %s, in one line', async (_, args, message) => {
    expect(await outputOf(withArguments(...args))).toEqual({
      code: 1,
      lines: [expect.stringMatching(message)],
    })
  })
})

describe('the embedded gateway in another process', () => {
  it('starts on a free port, logs each request by its route, and stops', async () => {
    const destination = new PassThrough()
    const logger = createLogger({ service: 'gateway', level: 'info', destination })
    const gateway = await startEmbeddedGateway({ text, environment, port: 0, logger })
    let logged = ''
    try {
      expect(await send(gateway.url, { path: '/api/nothing?token=secret' })).toMatchObject({ status: 404 })
      await until('the request is logged', () =>
        (logged += String(destination.read() ?? '')).includes('"request"'),
      )
    } finally {
      await gateway.close()
    }
    expect(logged).toContain('"endpoint":"unmatched","status":404')
    expect(logged).not.toContain('secret')
    await expect(send(gateway.url, { path: '/__health' })).rejects.toThrow('ECONNREFUSED')
  })

  it('does not wait for a client that stops sending', async () => {
    const upstream = await startUpstream()
    const gateway = await startEmbeddedGateway({
      text: renderKrakend(testServices, { timeout: '200ms', metricsPort: await freePort() }),
      environment: { ...environment, AUTH_SERVICE_URL: upstream.url },
      port: 0,
      logger: createLogger({ service: 'gateway', level: 'silent' }),
    })
    try {
      const headers = { 'Content-Length': 1_000 }
      const unfinished = { method: 'POST', path: '/api/echo', headers, body: 'half', stopsSending: true }
      expect(await send(gateway.url, unfinished)).toMatchObject({ status: 500, text: '', cut: false })
    } finally {
      await gateway.close()
      await upstream.close()
    }
  })
})
