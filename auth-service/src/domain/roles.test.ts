import { describe, expect, it } from 'vitest'
import { mainRole, mayDispose, rolesFrom, storedRoles } from './roles.ts'

describe('roles', () => {
  it.each([
    [[], ['user']],
    [['user'], ['user']],
    [
      ['support', 'admin'],
      ['admin', 'support', 'user'],
    ],
    [
      ['zoologist', 'admin', 'admin'],
      ['admin', 'user', 'zoologist'],
    ],
  ])('of an account that has %j stored: %j, each once, sorted', (stored, roles) => {
    expect(rolesFrom(stored)).toEqual(roles)
  })

  it('are not sorted in place', () => {
    const stored = Object.freeze(['support', 'admin'])
    expect(rolesFrom(stored)).toHaveLength(3)
  })
})

describe('the main role', () => {
  it.each([
    ['admin', ['accountant', 'admin', 'user']],
    ['accountant', ['accountant', 'user', 'zoologist']],
    ['zoologist', ['user', 'zoologist']],
    ['user', ['user']],
    ['user', []],
  ])('is %s of %j', (main, roles) => {
    expect(mainRole(roles)).toBe(main)
  })
})

describe('who may give a role, or take it away', () => {
  const holder = (...permissions: string[]) => ({ roles: ['user', 'support'], permissions })
  const support = { name: 'support', permissions: ['users:read', 'audit:*'] }

  it.each([
    ['all of it', holder('audit:*', 'users:read'), true],
    ['more of a kind', holder('audit:*', 'users:*'), true],
    ['less of a kind', holder('audit:read', 'users:read'), false],
    ['something else', holder('roles:*'), false],
    ['nothing', holder(), false],
    ['the role of administrators', { roles: ['admin', 'user'], permissions: [] }, true],
  ])('who may do %s: %j %s', (_, actor, may) => {
    expect(mayDispose(actor, support)).toBe(may)
  })

  it('nobody but an administrator makes one, whatever else they may do', () => {
    const mighty = holder('audit:*', 'roles:*', 'users:*')
    expect(mayDispose(mighty, { name: 'admin', permissions: [] })).toBe(false)
  })
})

it('what is stored of roles is what not everybody has', () => {
  expect(storedRoles(['user', 'support', 'admin', 'support'])).toEqual(['admin', 'support'])
  expect(storedRoles([])).toEqual([])
})
