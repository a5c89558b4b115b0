import { describe, expect, it } from 'vitest'
import { createBreachedPasswords } from './breached-passwords.ts'

const breached = createBreachedPasswords()

describe('14. commonly breached passwords', () => {
  it.each([
    '123456',
    'password',
    'PASSWORD',
    'qwertyuiop',
    'Password1!',
    'P@ssw0rd',
    'P@ssw0rd1!',
    '!Sunshine2024',
    'Iloveyou123!',
    'Trustno1!',
  ])('%s is one, nobody is asked', (password) => {
    expect(breached.includes(password)).toBe(true)
  })

  it.each([
    'SecurePass123!',
    'Another-Pass-456!',
    'correct horse battery staple',
    'Kx9#mQ2$vL7!',
    'Tr0ub4dor&3-and-more',
    '',
  ])('%s is none', (password) => {
    expect(breached.includes(password)).toBe(false)
  })
})
