import { once } from 'node:events'
import { Agent, get, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { StartError } from '../errors/start-error.ts'
import { startServer } from './server.ts'

const start = (
  listener: (request: IncomingMessage, response: ServerResponse) => void,
  stopDeadlineSeconds = 5,
) => startServer({ listener, host: '127.0.0.1', port: 0, stopDeadlineSeconds })

const ask = async (url: string, agent: Agent) => {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
  const chunks = await response.toArray()
  return Buffer.concat(chunks).toString()
}

describe('server', () => {
  it('a stop lets a request in flight finish, and takes no new one', async () => {
    const held: ServerResponse[] = []
    const server = await start((_request, response) => void held.push(response))
    const agent = new Agent({ keepAlive: true })
    const answer = ask(server.url, agent)
    await expect.poll(() => held.length).toBe(1)

    const stopped = server.stop()
    const late = connect(Number(new URL(server.url).port), '127.0.0.1')
    const [refusal] = (await once(late, 'error')) as [NodeJS.ErrnoException]
    expect(refusal.code).toBe('ECONNREFUSED')
    held[0]?.end('finished')
    expect(await answer).toBe('finished')
    await stopped
    agent.destroy()
  })

  it('an answer that had begun as kept alive does not hold a stop up once it is out', async () => {
    const held: ServerResponse[] = []
    const server = await start((_request, response) => {
      response.write('begun, ')
      held.push(response)
    }, 60)
    const agent = new Agent({ keepAlive: true })
    const answer = ask(server.url, agent)
    await expect.poll(() => held.length).toBe(1)
    const stopped = server.stop()
    held[0]?.end('finished')
    expect(await answer).toBe('begun, finished')
    await stopped
    agent.destroy()
  })

  it('an idle kept-alive connection does not hold a stop up', async () => {
    const server = await start((_request, response) => void response.end('ok'), 60)
    const agent = new Agent({ keepAlive: true })
    await ask(server.url, agent)
    const startedAt = performance.now()
    await server.stop()
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    agent.destroy()
  })

  it('what never ends is cut at the deadline', async () => {
    const held: ServerResponse[] = []
    const server = await start((_request, response) => void held.push(response), 0)
    const agent = new Agent()
    const answer = ask(server.url, agent)
    await expect.poll(() => held.length).toBe(1)
    const [cut] = await Promise.allSettled([answer, server.stop()])
    expect(cut.status).toBe('rejected')
  })

  it('a port in use is an error for a person: which port, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const failed = startServer({ listener: () => {}, host: '127.0.0.1', port, stopDeadlineSeconds: 1 })
    await expect(failed).rejects.toThrow(StartError)
    await expect(failed).rejects.toThrow(
      `port ${port} is in use: stop the program that has it or choose another`,
    )
    other.close()
  })
})
