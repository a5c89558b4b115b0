import { createServer, IncomingMessage, ServerResponse } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import express from 'express'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { withExpressPrototypes } from './express-prototypes.ts'

describe('requests and responses of an Express server', () => {
  it('are born with the prototypes that Express would give them, so that it changes nothing', async () => {
    const app = express()
    const seen: unknown[] = []
    const server = createServer(withExpressPrototypes(app), (incoming, outgoing) => {
      seen.push(
        Object.getPrototypeOf(incoming) === app.request,
        Object.getPrototypeOf(outgoing) === app.response,
        incoming instanceof IncomingMessage,
        outgoing instanceof ServerResponse,
      )
      app(incoming, outgoing)
    })
    app.use(express.json())
    app.post('/echo', (incoming, outgoing) => {
      outgoing.status(201).json({ body: incoming.body as unknown, agent: incoming.get('user-agent') })
    })
    const answer = await request(server).post('/echo').set('User-Agent', 'a test').send({ a: 1 })
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({ body: { a: 1 }, agent: 'a test' })
    expect(seen).toEqual([true, true, true, true])
  })

  it('have room for what Node and Express put there, and become no dictionaries', async () => {
    const app = express()
    const kinds: [boolean, boolean][] = []
    app.get('/kind', (incoming, outgoing) => {
      outgoing.on('finish', () => kinds.push([isDictionary(incoming), isDictionary(outgoing)]))
      outgoing.json({})
    })
    const server = createServer(withExpressPrototypes(app), app)
    // V8 takes back what the first ones had no use for.
    for (let times = 0; times < 12; times += 1) await request(server).get('/kind')
    expect(kinds).toHaveLength(12)
    expect(new Set(kinds.flat())).toEqual(new Set([false]))
    expect(isDictionary(Object.create(null) as object)).toBe(true)
  })
})

setFlagsFromString('--allow-natives-syntax')
const isDictionary = runInNewContext('(object) => !%HasFastProperties(object)') as (object: object) => boolean
// Compiled when it is called first.
isDictionary({})
setFlagsFromString('--no-allow-natives-syntax')
