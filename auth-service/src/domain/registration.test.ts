import { createOpenApiDocument } from '@accounts/shared/http/openapi'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createPasswordSchema } from './password-policy.ts'
import { createRegisterSchema, loginSchema } from './registration.ts'

interface DocumentedObject {
  required: string[]
  properties: Record<string, { pattern?: string; example?: unknown }>
}

const schema = createRegisterSchema({ password: z.string() })
const good = { display_name: 'John Doe', login: 'johndoe', email: 'john@example.com', password: 'x' }

const accepts = (member: string, value: string) => schema.safeParse({ ...good, [member]: value }).success

describe('registration', () => {
  it.each([
    'John Doe',
    'Анна Мария',
    'Zoé',
    'Zoé'.normalize('NFD'),
    '李小龙',
    'अनीता',
    'Abc',
    'x'.repeat(30),
  ])('the display name %s passes', (name) => expect(accepts('display_name', name)).toBe(true))

  it.each([
    'Jo',
    'John1',
    '  Jo',
    'John ',
    'John  Doe',
    "O'Brien",
    'Anna-Maria',
    'John\tDoe',
    'John\u00A0Doe',
    'John\nDoe',
    '😀😀😀',
    'John\0',
    'John\uD800',
    '\u0301bc',
    'x'.repeat(31),
    '',
  ])('the display name %j does not', (name) => expect(accepts('display_name', name)).toBe(false))

  it.each(['abc', 'A_1', '___', '1'.repeat(30)])('the login %s passes', (login) =>
    expect(accepts('login', login)).toBe(true),
  )

  it.each(['ab', 'a b', 'a-b', 'a.b', 'a@b', 'логин', 'abc\n', 'ａｂｃ', 'a'.repeat(31), 'ab\0c'])(
    'the login %j does not',
    (login) => expect(accepts('login', login)).toBe(false),
  )

  it.each([
    'a@b.co',
    'john.doe+tag@mail.example.com',
    "o'brien@example.com",
    `${'a'.repeat(64)}@${'b'.repeat(63)}.co`,
  ])('the address %s passes', (email) => expect(accepts('email', email)).toBe(true))

  it.each([
    'nobody',
    '@example.com',
    'a@b',
    'a b@example.com',
    'a@example.com\n',
    `${'a'.repeat(250)}@b.co`,
    'a@b.co\0',
    `${'a'.repeat(65)}@b.co`,
    `a@${'b'.repeat(64)}.co`,
    'a@-b.co',
    'a@b-.co',
    'a..b@c.co',
    'a@b..co',
    'a@b@c.co',
    'A <a@b.co>',
  ])('the address %j does not', (email) => expect(accepts('email', email)).toBe(false))

  it('a display name means letters and single spaces, for any text', () => {
    const texts = fc.array(fc.constantFrom('a', 'Я', '字', ' ', '1', '-', '\u0301'), { maxLength: 34 })
    fc.assert(
      fc.property(texts, (characters) => {
        const text = characters.join('')
        const words = text.split(' ')
        const isWord = (word: string) => /^[aЯ字]/.test(word) && !/[1-]/.test(word)
        const expected = characters.length >= 3 && characters.length <= 30 && words.every(isWord)
        expect(accepts('display_name', text)).toBe(expected)
      }),
      { numRuns: 1_000 },
    )
  })

  it.each(['display_name', 'login', 'email'])(
    'a %s of 90,000 characters is refused in a moment',
    (member) => {
      for (const piece of ['a', 'a ', ' ', 'a\u0301', '@', '.', 'a.', 'a@', 'a@a.', 'a-.'])
        for (const end of ['', '!'])
          expect(accepts(member, piece.repeat(90_000 / piece.length) + end)).toBe(false)
    },
  )

  it('18. what no database can hold is refused wherever it stands', () => {
    const signIn = { login: 'johndoe', password: 'SecurePass123!' }
    const members = [
      ...['display_name', 'login', 'email'].map((member) => ({ whole: schema, fine: good, member })),
      ...['login', 'password'].map((member) => ({ whole: loginSchema, fine: signIn, member })),
    ]
    const bad = fc.constantFrom('\0', '\uD800', '\uDBFF', '\uDC00', '\uDFFF')
    fc.assert(
      fc.property(fc.constantFrom(...members), bad, fc.nat(20), ({ whole, fine, member }, piece, at) => {
        const text = fine[member as keyof typeof fine]
        const holding = text.slice(0, at) + piece + text.slice(at)
        expect(whole.safeParse(fine).success).toBe(true)
        expect(whole.safeParse({ ...fine, [member]: holding }).success).toBe(false)
      }),
    )
  })

  it('each fault of an address is told once', () => {
    const faults = (email: string) => schema.safeParse({ ...good, email }).error?.issues
    for (const email of [
      'nobody',
      'a@b-.co',
      '@'.repeat(300),
      `${'a'.repeat(300)}@b.co`,
      `a@${'b.'.repeat(150)}co`,
    ])
      expect(faults(email)).toMatchObject([{ path: ['email'] }])
  })

  it('the document tells the bounds, patterns that any reader can use, and examples that pass', () => {
    const password = createPasswordSchema({ policy: 'composition', isBreached: () => false })
    const body = createRegisterSchema({ password })
    const route = { id: 'register', method: 'post', path: '/register', gateway: 'not exposed' } as const
    const { components } = createOpenApiDocument({
      ...{ title: '', version: '1', description: '' },
      routes: [{ ...route, access: 'anyone', tag: '', summary: '', body, answers: {} }],
    })
    const { properties, ...whole } = (components?.schemas?.Register ?? {}) as DocumentedObject
    expect(whole).toMatchObject({ type: 'object', additionalProperties: false })
    expect(whole.required).toEqual(['display_name', 'login', 'email', 'password'])
    expect(properties).toMatchObject({
      display_name: { type: 'string', minLength: 3, maxLength: 30 },
      login: { type: 'string', minLength: 3, maxLength: 30 },
      email: { type: 'string', format: 'email', maxLength: 254 },
      password: { type: 'string', format: 'password', minLength: 8, maxLength: 256 },
    })
    const { display_name, login } = properties
    expect(new RegExp(display_name!.pattern!, 'u').test('Анна Мария')).toBe(true)
    expect(new RegExp(login!.pattern!, 'u').test('a b')).toBe(false)
    const example = Object.entries(properties).map(([name, { example: value }]) => [name, value])
    expect(body.safeParse(Object.fromEntries(example)).error).toBeUndefined()
  })

  it('unknown members are refused', () => {
    expect(schema.safeParse({ ...good, role: 'admin' }).success).toBe(false)
    expect(loginSchema.safeParse({ login: 'a', password: 'b', role: 'admin' }).success).toBe(false)
  })

  it('whoever signs in may type anything a database can be asked for, up to a bound', () => {
    const signIn = (login: string, password: string) => loginSchema.safeParse({ login, password }).success
    expect(signIn('ab', 'short')).toBe(true)
    expect(signIn('a\0', 'x')).toBe(false)
    expect(signIn('a', 'x\0')).toBe(false)
    expect(signIn('a', 'x'.repeat(1_025))).toBe(false)
    expect(signIn('', 'x')).toBe(false)
  })
})
