import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runCommand } from './run-command.ts'
import { withServicesDenied } from './services-denied.ts'

let folder = ''
let policy = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-policy-'))
  policy = join(folder, 'policy-rc.d')
})
afterEach(() => rm(folder, { recursive: true }))

const answer = () =>
  runCommand({
    program: policy,
    arguments: ['redis-server', 'start'],
    environment: {},
    timeoutMilliseconds: 5_000,
    signal: new AbortController().signal,
  }).catch((error: Error) => error.message)

test('services are denied during the work, also when it fails, and not after it', async () => {
  expect(await withServicesDenied(answer, policy)).toBe('ended with code 101')
  await expect(withServicesDenied(() => Promise.reject(new Error('no network')), policy)).rejects.toThrow(
    'no network',
  )
  expect(existsSync(policy)).toBe(false)
})

test('a policy that the machine has is put back as it was', async () => {
  await writeFile(policy, '#!/bin/sh\nexit 0\n', { mode: 0o750 })
  expect(await withServicesDenied(answer, policy)).toBe('ended with code 101')
  expect(await readFile(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n')
  expect((await stat(policy)).mode & 0o777).toBe(0o750)
})

test("the machine's policy survives a run that was killed", async () => {
  await writeFile(policy, '#!/bin/sh\nexit 0\n', { mode: 0o755 })
  let afterKill = Buffer.alloc(0)
  await withServicesDenied(async () => {
    afterKill = await readFile(policy)
  }, policy)
  await writeFile(`${policy}.before-tests`, await readFile(policy), { mode: 0o755 })
  await writeFile(policy, afterKill)
  await withServicesDenied(answer, policy)
  expect(await readFile(policy, 'utf8')).toBe('#!/bin/sh\nexit 0\n')
})
