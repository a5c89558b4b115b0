import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError, type Environment, readSettings } from './read-settings.ts'
import { port, samplePasswordIn, type Settings, text, urlOf } from './setting.ts'

const settings = {
  PORT: { schema: port(), description: 'the port', default: '8000' },
  DATABASE_URL: {
    schema: urlOf('postgres'),
    description: 'the database',
    default: 'postgres://localhost/dev',
    requiredInProduction: true,
    productionFault: samplePasswordIn,
  },
  SECRET: { schema: text(), description: 'a secret' },
} as const satisfies Settings

const folder = mkdtempSync(join(tmpdir(), 'settings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const fileWith = (name: string, content: string) => {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

const faultsOf = (environment: Environment) => {
  try {
    readSettings(settings, environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('read-settings', () => {
  it('gives defaults, and undefined where there is none', () => {
    expect(readSettings(settings, {})).toEqual({ PORT: 8000, DATABASE_URL: 'postgres://localhost/dev' })
  })

  it('an empty variable counts as not set', () => {
    expect(readSettings(settings, { PORT: '', SECRET: '' })).toMatchObject({ PORT: 8000 })
  })

  it('tells every fault at once, each by its name, none by its value', () => {
    const faults = faultsOf({ PORT: 'eighty', DATABASE_URL: 'mysql://root:hunter2@db/x' })
    expect(faults).toHaveLength(2)
    expect(faults[0]).toMatch(/^PORT: /)
    expect(faults[1]).toMatch(/^DATABASE_URL: /)
    expect(faults.join()).not.toMatch(/eighty|hunter2|mysql/)
  })

  it('in production a missing required value is a fault, and no default stands in', () => {
    expect(faultsOf({ NODE_ENV: 'production' })).toEqual([
      'DATABASE_URL: has to be set in production (or DATABASE_URL_FILE)',
    ])
    expect(faultsOf({ NODE_ENV: 'production', DATABASE_URL: 'postgres://db/x' })).toEqual([])
  })

  it('in production a sample password is a fault; in development it is not', () => {
    const environment = { DATABASE_URL: 'postgres://app:Secure_Password@db/x' }
    expect(faultsOf({ ...environment, NODE_ENV: 'production' })).toEqual([
      'DATABASE_URL: holds a sample password, choose one of your own',
    ])
    expect(faultsOf(environment)).toEqual([])
  })

  it('NAME_FILE names a file with the value; its last line break does not belong to it', () => {
    expect(readSettings(settings, { SECRET_FILE: fileWith('secret', 'correct horse\n') }).SECRET).toBe(
      'correct horse',
    )
  })

  it.each([
    ['both are set', { SECRET: 'a', SECRET_FILE: '/nowhere' }, /^SECRET: is set twice/],
    ['the file is not there', { SECRET_FILE: '/nowhere/at-all' }, /^SECRET_FILE: .*ENOENT/],
    ['the file is empty', { SECRET_FILE: fileWith('empty', '\n') }, /^SECRET_FILE: names an empty file/],
  ])('NAME_FILE is a fault when %s', (_case, environment, message) => {
    expect(faultsOf(environment)).toEqual([expect.stringMatching(message)])
  })

  it('the values cannot be changed afterwards', () => {
    expect(Object.isFrozen(readSettings(settings, {}))).toBe(true)
  })
})
