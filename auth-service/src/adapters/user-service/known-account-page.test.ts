import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createKnownAccountPage } from './known-account-page.ts'

const account = (id: number) => ({
  ...{ auth_id: id, is_active: true, security_version: 1, event_version: 1, display_name: null },
})

const startServer = async (answer: string | undefined, status = 200) => {
  const asked: (string | undefined)[] = []
  const server = createServer((request, response) => {
    asked.push(request.url, request.headers.authorization)
    // Left out: it never answers.
    if (answer !== undefined) response.writeHead(status).end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const patience = answer === undefined ? { timeoutMilliseconds: 200 } : {}
  const options = { url: `${url}/`, serviceSecret: 'the:secret', ...patience }
  return { asked, page: createKnownAccountPage(options) }
}

test('it asks with the credential of a service and reads what is known', async () => {
  const { asked, page } = await startServer(JSON.stringify([{ ...account(8), of_a_later_version: 1 }]))
  expect(await page({ after: 7, limit: 2 })).toEqual([
    { id: 8, isActive: true, securityVersion: 1, eventVersion: 1, displayName: null },
  ])
  const credential = Buffer.from('auth-service:the:secret').toString('base64')
  expect(asked).toEqual(['/accounts?after=7&limit=2', `Basic ${credential}`])
})

test.each([
  ['out of order', [account(9), account(8)]],
  ['twice the same', [account(8), account(8)]],
  ['from the page before', [account(7)]],
  ['more than asked for', [account(8), account(9), account(10)]],
  ['another shape', [{ auth_id: 8 }]],
  ['no list', {}],
])('an answer with %s is refused: accounts would seem to be missing', async (_name, answer) => {
  const { page } = await startServer(JSON.stringify(answer))
  await expect(page({ after: 7, limit: 2 })).rejects.toThrow('is USER_SERVICE_URL right?')
})

test.each([
  ['what is no JSON', '[', 200, 'is USER_SERVICE_URL right?'],
  ['a 401', '{}', 401, 'does not take this SERVICE_SECRET'],
  ['a 503', '{}', 503, 'answered 503 to GET /accounts'],
  ['far too much', 'x'.repeat(1_048_577), 200, 'more than 1048576 bytes'],
  ['nothing', undefined, 200, 'timeout'],
])('an answer with %s is told for what it is, without the secret', async (_name, answer, status, fault) => {
  const { page } = await startServer(answer, status)
  const error = await page({ after: 7, limit: 2 }).catch((reason: unknown) => reason)
  expect(String(error)).toContain(fault)
  expect(String(error)).not.toContain('the:secret')
})
