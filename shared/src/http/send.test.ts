import express from 'express'
import helmet from 'helmet'
import request from 'supertest'
import { expect, it } from 'vitest'
import { createTestApp } from '../testing/http.ts'
import { bindRoute, declareRoute } from './route.ts'
import { edgeHeaders, securityHeaders } from './send.ts'

const route = declareRoute({
  id: 'nothing',
  method: 'get',
  path: '/',
  gateway: 'not exposed',
  access: 'anyone',
  tag: 'test',
  summary: 'Nothing',
  answers: { 204: { description: 'Nothing' } },
})

it('the security headers are those of helmet, to the letter', async () => {
  const app = express().disable('x-powered-by').disable('etag')
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }))
  app.get('/', (_request, response) => void response.end())
  const { headers } = await request(app).get('/')
  const { connection: _, date: __, 'transfer-encoding': ___, 'content-length': ____, ...set } = headers
  const ours = Object.entries(securityHeaders).map(([name, value]) => [name.toLowerCase(), value])
  expect(set).toEqual(Object.fromEntries(ours))
})

it.each([
  ['X-Forwarded-Via', 'KrakenD Version 2.13.8'],
  ['User-Agent', 'KrakenD Version 2.13.8'],
])('leaves to the gateway what it writes itself, by %s', async (name, value) => {
  const { app } = createTestApp([bindRoute(route)(() => ({ status: 204 }))])
  const [direct, behind] = [await request(app).get('/'), await request(app).get('/').set(name, value)]
  const edge = Object.keys(edgeHeaders).map((header) => header.toLowerCase())
  const missing = Object.keys(direct.headers).filter((header) => !(header in behind.headers))
  expect(missing.toSorted()).toEqual(edge.toSorted())
})
