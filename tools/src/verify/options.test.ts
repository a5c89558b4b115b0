import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { readOptions } from './options.ts'
import { findFault } from './reach.ts'

describe('pnpm verify', () => {
  test.each([
    [[], /--target is missing/],
    [['--target', 'localhost:8080'], /http or https/],
    [['--target', 'http://127.0.0.1', '--only', '2,12'], /no statement "12"/],
    [['--target', 'http://127.0.0.1', '--only', ''], /no statement ""/],
    [['http://127.0.0.1'], /positional/],
  ])('refuses the words %j', (words, reason) => {
    expect(() => readOptions(words)).toThrow(reason)
  })

  test('takes an address with a path and some of the statements', () => {
    expect(readOptions(['--', '--target', 'https://example.com/accounts/', '--only', '2, 11'])).toEqual({
      target: 'https://example.com/accounts',
      only: [2, 11],
    })
  })

  test('says why it can do nothing: nobody there, or somebody else', async () => {
    expect(await findFault('http://127.0.0.1:1')).toMatch(/cannot be reached \(ECONNREFUSED\)/)
    const stranger = createServer((_request, response) => void response.end('hello')).listen(0, '127.0.0.1')
    await once(stranger, 'listening')
    const { port } = stranger.address() as AddressInfo
    expect(await findFault(`http://127.0.0.1:${port}`)).toMatch(/has to be the gateway/)
    stranger.close()
  })
})
