import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { createPasswordSchema } from '../../domain/password-policy.ts'
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
    'P@ssword1',
    'Pa$$word1!',
    'Admin@123',
    'Admin123!',
    'Test1234!',
    'Aa123456!',
    'Abc123!@#',
    'Abcd@1234',
    'Password@2024',
    '!QAZ2wsx',
    'L3tmein!',
    '2024Sunshine!',
  ])('%s is one, nobody is asked', (password) => {
    expect(breached.includes(password)).toBe(true)
  })

  it.each([
    'SecurePass123!',
    'Another-Pass-456!',
    'correct horse battery staple',
    'Kx9#mQ2$vL7!',
    'Kx9#mQ2$',
    'Lisa48$!',
    'Horse7$!2',
    'correct-Horse7-battery',
    'Password-of-the-lake-1!',
    'Tr0ub4dor&3-and-more',
    '',
  ])('%s is none', (password) => {
    expect(breached.includes(password)).toBe(false)
  })
  it('every one of the list is one, from six characters on', () => {
    const list = createRequire(import.meta.url)('@zxcvbn-ts/language-common/src/passwords.json') as string[]
    const found = list.filter((password) => breached.includes(password))
    expect(found).toEqual(list.filter(({ length }) => length >= 6))
    expect(found.length).toBeGreaterThan(40_000)
  })
  it.each(['composition', 'length'] as const)(
    'by the policy of %s the documented example is fine',
    (policy) => {
      const schema = createPasswordSchema({ policy, isBreached: (password) => breached.includes(password) })
      expect(schema.safeParse(schema.meta()?.example).success).toBe(true)
      expect(schema.safeParse('qwerty123456789').success).toBe(false)
    },
  )
})
