import { execFile } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { migrateDatabase } from '@accounts/shared/database/migrate'
import { openDatabase } from '@accounts/shared/database/open'
import { describe, expect, it } from 'vitest'
import { ecPem, programOptions, ringPath } from './adapters/crypto/testing/key-samples.ts'
import { migrationsFolder } from './adapters/database/migrations-folder.ts'
import { defineTables } from './adapters/database/tables.ts'

interface Outcome {
  code: number
  stdout: string
  stderr: string
}

const program = path.join(import.meta.dirname, 'keys.ts')

/** The command as a process of its own, with a database and a place for a ring. */
const createTrial = async ({ migrated = true } = {}) => {
  const file = ringPath()
  const url = `sqlite:${path.join(path.dirname(file), 'auth.db')}`
  if (migrated) await migrateDatabase({ url, folder: migrationsFolder })
  const env = { PATH: process.env['PATH'], JWT_ALGORITHM: 'ES256', KEY_RING: file, DATABASE_URL: url }
  const keys = async (args: string, more: Record<string, string> = {}) =>
    new Promise<Outcome>((resolve) => {
      const options = { timeout: 30_000, env: { ...env, ...more } }
      execFile(
        process.execPath,
        [...programOptions, program, ...args.split(' ').filter(Boolean)],
        options,
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      )
    })
  const audited = async () => {
    const database = await openDatabase({ url, defineTables })
    try {
      const { action, details } = database.tables.auditLog
      return await database.query.select({ action, details }).from(database.tables.auditLog)
    } finally {
      await database.close()
    }
  }
  return { file, keys, audited }
}

const list = async (keys: (args: string) => Promise<Outcome>): Promise<{ kid: string; state: string }[]> => {
  const { stdout } = await keys('list --json')
  return JSON.parse(stdout).keys
}

describe('the command keys', { timeout: 60_000 }, () => {
  it('rotate, list and retire work on the ring and are audited', async () => {
    const { keys, audited, file } = await createTrial()
    const first = JSON.parse((await keys('rotate --json')).stdout)
    const second = await keys('rotate --now')
    expect(second).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`${first.kid} (ES256) retires at`),
    })
    const [signing] = await list(keys)
    expect(signing).toMatchObject({ state: 'signing' })
    expect((await keys(`retire ${first.kid} --now`)).stdout).toMatch(/its tokens are refused/)

    const { stdout } = await keys('list')
    expect(stdout.split('\n').map((line) => line.split(/\s+/).slice(0, 3))).toEqual([
      ['KID', 'ALG', 'STATE'],
      [signing?.kid, 'ES256', 'signing'],
      [first.kid, 'ES256', 'retired'],
      [''],
    ])
    expect(await audited()).toEqual([
      { action: 'key generated', details: { kid: first.kid, alg: 'ES256' } },
      { action: 'key rotated', details: { kid: signing?.kid, alg: 'ES256' } },
      { action: 'key retired', details: { kid: first.kid, alg: 'ES256' } },
    ])
    expect(statSync(file).mode & 0o777).toBe(0o600)
  })

  it('two rotations at once lose nothing', async () => {
    const { keys } = await createTrial()
    const outcomes = await Promise.all([keys('rotate --json'), keys('rotate --json'), keys('rotate --json')])
    const made = outcomes.map(({ stdout }) => JSON.parse(stdout).kid)
    expect((await list(keys)).map(({ kid }) => kid).toSorted()).toEqual(made.toSorted())
  })

  it('generate makes a PEM for JWT_PRIVATE_KEY: on the standard output, or in a new file of mode 600', async () => {
    const { keys, audited, file } = await createTrial()
    const { stdout } = await keys('generate --algorithm ES512')
    expect(createPrivateKey(stdout).asymmetricKeyDetails?.namedCurve).toBe('secp521r1')
    const out = `${file}.pem`
    const { kid } = JSON.parse((await keys(`generate --out ${out} --json`)).stdout)
    expect(statSync(out).mode & 0o777).toBe(0o600)
    const given = { JWT_PRIVATE_KEY: readFileSync(out, 'utf8') }
    expect(JSON.parse((await keys('list --json', given)).stdout)).toEqual({
      keys: [{ kid, alg: 'ES256', state: 'signing', created_at: null, signs_from: null, retires_at: null }],
    })
    expect((await audited()).map(({ action }) => action)).toEqual(['key generated', 'key generated'])

    writeFileSync(out, 'precious')
    expect(await keys(`generate --out ${out}`)).toMatchObject({ code: 1, stdout: '' })
    expect(readFileSync(out, 'utf8')).toBe('precious')
  })

  it('a first key can be made for production while nothing else is set yet', async () => {
    const { keys } = await createTrial({ migrated: false })
    const nothing = { NODE_ENV: 'production', KEY_RING: '', DATABASE_URL: '' }
    expect(await keys('generate --offline', nothing)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('BEGIN PRIVATE KEY'),
    })
  })

  it('a change that cannot be audited is made, and told with 1', async () => {
    const { keys } = await createTrial({ migrated: false })
    const { code, stdout, stderr } = await keys('rotate --json')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^keys: that was done, but could not be written to the audit log: .+\n$/)
    expect((await list(keys)).map(({ kid }) => kid)).toEqual([JSON.parse(stdout).kid])
  })

  it('where the keys are given it says how to rotate them by hand, with 1', async () => {
    const { keys } = await createTrial()
    for (const command of ['rotate', 'retire kid --now']) {
      const given = await keys(command, { JWT_PRIVATE_KEY: ecPem() })
      expect(given).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/JWT_PRIVATE_KEY.*by hand/),
      })
      const shared = await keys(command, { JWT_ALGORITHM: 'HS256', JWT_SECRET: 'anything' })
      expect(shared).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/JWT_SECRET.*set a new one/),
      })
    }
  })

  it.each([
    ['rotate --noww', /--noww[^]*Usage: keys/],
    ['list', /^keys: the key ring .* does not exist.*\n$/],
    ['generate --algorithm HS256', /^keys: HS256 signs with a secret.*\n$/],
  ])('"keys %s" ends with 1 and says why, without a stack', async (args, message) => {
    const { keys } = await createTrial({ migrated: false })
    const { code, stdout, stderr } = await keys(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})
