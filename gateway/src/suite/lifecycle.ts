import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { renderKrakend } from '../declaration.ts'
import { environments } from '../environments.ts'
import type { Bench } from './bench.ts'
import { send } from './client.ts'
import { type GatewayProcess, spawnGateway, startGateway } from './gateway-process.ts'
import { testServices } from './test-services.ts'
import { until } from './until.ts'

// Nobody asks these gateways for their numbers.
const unusedPort = 1

export const describeLifecycle = (bench: () => Bench) => {
  const started: GatewayProcess[] = []
  const kept = <P extends GatewayProcess>(gateway: P) => {
    started.push(gateway)
    return gateway
  }
  afterEach(async () => {
    await Promise.all(started.splice(0).map((gateway) => gateway.remove()))
  })

  const needs = (text = renderKrakend(testServices, { metricsPort: unusedPort })) => ({
    engine: bench().engine,
    environment: bench().environment,
    text,
  })

  describe('numbers for Prometheus', () => {
    it('tell how often and how fast each route answered, on a port of their own', async () => {
      await bench().send({ path: '/api/items/metrics' })
      await bench().send({ path: '/api/nowhere' })
      const numbers = async () => (await send(bench().metricsUrl, { path: '/metrics' })).text
      const counted = (text: string, ...labels: string[]) =>
        text
          .split('\n')
          .some(
            (line) =>
              line.startsWith('http_server_request_duration_seconds_count{') &&
              labels.every((label) => line.includes(label)),
          )
      await until('the requests are counted', async () => {
        const text = await numbers()
        return (
          counted(
            text,
            'http_route="/api/items/{item_id}"',
            'http_response_status_code="200"',
            'http_request_method="GET"',
          ) && counted(text, 'http_route="404 Not Found"', 'http_response_status_code="404"')
        )
      })
      expect(await numbers()).toMatch(/process_cpu_seconds_total [\d.]+/)
      expect(await bench().send({ path: '/metrics' })).toMatchObject({ status: 404 })
    })
  })

  describe('a client that takes its time', () => {
    it.each([
      ['the headers', 'GET /api/echo HTTP/1.1\r\nHost: x\r\n'],
      ['a body', 'POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'],
    ])('with %s does not keep its connection', { timeout: 30_000 }, async (_, text) => {
      const { hostname, port } = new URL(bench().url)
      const socket = connect(Number(port), hostname).resume()
      socket.on('error', () => {})
      socket.write(text)
      await once(socket, 'close')
      expect(socket.destroyed).toBe(true)
    })

    it('and one with endless headers gets 431', async () => {
      const headers = { 'X-Padding': 'x'.repeat(60_000) }
      expect(await bench().send({ path: '/api/echo', headers })).toMatchObject({ status: 431 })
    })
  })

  describe('health', () => {
    it('15. says that the gateway runs, and nothing of the services', async () => {
      const { status, headers, text } = await bench().send({ path: '/__health' })
      expect(status).toBe(200)
      expect(headers['content-type']).toBe('application/json; charset=utf-8')
      expect(JSON.parse(text)).toEqual({ status: 'ok', agents: {}, now: expect.any(String) })
      expect(bench().upstream.received()).toEqual([])
    })

    it('is there for GET only', async () => {
      const answer = await bench().send({ method: 'POST', path: '/__health' })
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET' } })
    })
  })

  describe('SIGTERM', () => {
    const held = () => {
      const waiting: ServerResponse[] = []
      bench().upstream.answerWith((_, response) => void waiting.push(response))
      return waiting
    }

    it('15. lets a request in flight end, takes no new one, and ends with code 0', async () => {
      const gateway = kept(await startGateway(needs()))
      const waiting = held()
      const answer = send(gateway.url, { path: '/api/echo' })
      await until('the request is in flight', () => waiting.length === 1)
      gateway.askToStop()
      await until('it takes no new request', async () =>
        send(gateway.url, { path: '/__health' }).then(
          () => false,
          () => true,
        ),
      )
      waiting[0]?.end('the end')
      expect(await answer).toMatchObject({ status: 200, text: 'the end' })
      expect(await gateway.ended()).toBe(0)
    })

    it('does not wait longer than it is told to', async () => {
      const gateway = kept(await startGateway(needs(renderKrakend(testServices, { stopDeadline: '300ms' }))))
      const waiting = held()
      const answer = send(gateway.url, { path: '/api/echo' }).catch(() => 'cut')
      await until('the request is in flight', () => waiting.length === 1)
      const askedAt = performance.now()
      gateway.askToStop()
      expect(await gateway.ended()).toBe(0)
      expect(performance.now() - askedAt).toBeLessThan(4_000)
      expect(await answer).toBe('cut')
    })
  })

  it.each(Object.entries(environments))('15. takes the committed file in %s', async (_, environment) => {
    const text = await readFile(new URL('../../krakend.json', import.meta.url), 'utf8')
    const { engine } = bench()
    const ofTest = { engine, environment: { ...environment, METRICS_HOST: '127.0.0.1' } }
    if (engine.check === undefined) {
      const gateway = kept(await startGateway({ ...ofTest, text }))
      expect(await send(gateway.url, { path: '/__health' })).toMatchObject({ status: 200 })
    } else {
      const gateway = kept(await spawnGateway({ ...ofTest, text, onlyCheck: true }))
      expect(await gateway.ended(), gateway.output()).toBe(0)
    }
  })

  describe('a start that can not succeed ends with a clear message', () => {
    it('15. a file that is not JSON', async () => {
      const gateway = kept(await spawnGateway({ ...needs('{"version": 3,'), onlyCheck: true }))
      expect(await gateway.ended()).not.toBe(0)
      expect(gateway.output()).toMatch(/JSON/)
    })

    it('a file of another version', async () => {
      const text = renderKrakend(testServices).replace('"version": 3', '"version": 2')
      const gateway = kept(await spawnGateway({ ...needs(text), onlyCheck: true }))
      expect(await gateway.ended()).not.toBe(0)
      expect(gateway.output()).toMatch(/version/)
    })

    it('a variable that the file needs and nobody set', async () => {
      const environment = { AUTH_SERVICE_URL: bench().upstream.url }
      const gateway = kept(await spawnGateway({ ...needs(), environment }))
      expect(await gateway.ended()).not.toBe(0)
      expect(gateway.output()).toMatch(/USER_SERVICE_URL|host/)
    })

    it('a port in use', async () => {
      const owner = createServer().listen(0, '127.0.0.1')
      await once(owner, 'listening')
      try {
        const gateway = kept(await spawnGateway({ ...needs(), port: (owner.address() as AddressInfo).port }))
        await gateway.ended()
        expect(gateway.output()).toMatch(/in use/)
      } finally {
        owner.close()
        await once(owner, 'close')
      }
    })
  })
}
