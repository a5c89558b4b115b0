import { describe, expect, it } from 'vitest'
import { mainRole, permissionsOf, rolesFrom } from './roles.ts'

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

describe('permissions', () => {
  it('a role that is called like something every object has allows nothing', () => {
    expect(permissionsOf(['constructor', 'toString', '__proto__'])).toEqual([])
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

describe('permissions', () => {
  it('of a user are none: what is their own needs none', () => {
    expect(permissionsOf(['user'])).toEqual([])
  })

  it('of an administrator are everything, sorted and each once', () => {
    expect(permissionsOf(['admin', 'admin', 'user'])).toEqual(['audit:*', 'roles:*', 'users:*'])
  })

  it('of a role that nobody knows are none', () => {
    expect(permissionsOf(['zoologist'])).toEqual([])
  })
})
