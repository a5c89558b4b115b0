import { createServer, IncomingMessage, ServerResponse } from 'node:http'
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
})
