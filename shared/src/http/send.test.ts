import express from 'express'
import helmet from 'helmet'
import request from 'supertest'
import { expect, it } from 'vitest'
import { securityHeaders } from './send.ts'

it('the security headers are those of helmet, to the letter', async () => {
  const app = express().disable('x-powered-by').disable('etag')
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] }, useDefaults: false } }))
  app.get('/', (_request, response) => void response.end())
  const { headers } = await request(app).get('/')
  const { connection: _, date: __, 'transfer-encoding': ___, 'content-length': ____, ...set } = headers
  const ours = Object.entries(securityHeaders).map(([name, value]) => [name.toLowerCase(), value])
  expect(set).toEqual(Object.fromEntries(ours))
})
