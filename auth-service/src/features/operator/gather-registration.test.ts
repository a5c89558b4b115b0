import { describe, expect, it } from 'vitest'
import { createPasswordSchema } from '../../domain/password-policy.ts'
import { createRegisterSchema, type Registration } from '../../domain/registration.ts'
import { createAdminCommand } from './admin-command.ts'
import { createGatherRegistration } from './gather-registration.ts'
import { readPassword } from './read-password.ts'

const schema = createRegisterSchema({
  password: createPasswordSchema({ policy: 'composition', isBreached: (text) => text === 'Password1!' }),
})

const complete: Registration = {
  login: 'the_boss',
  email: 'boss@example.com',
  display_name: 'The Boss',
  password: 'SecurePass123!',
}

interface Trial {
  given?: Partial<Registration>
  stdin?: string
  /** Who answers so at a terminal; otherwise there is none. */
  answers?: readonly string[]
}

/** The command up to the account, which is not made. */
const run = async (args: readonly string[], { given = {}, stdin, answers }: Trial = {}) => {
  const shown: string[] = []
  const left = [...(answers ?? [])]
  let stdout = ''
  let stderr = ''
  let isClosed = false
  let gathered: Registration | undefined
  const answer = async (question: string) => {
    shown.push(question)
    const next = left.shift()
    if (next === undefined) throw new Error('stopped')
    return next
  }
  const command = createAdminCommand({
    withUseCases: async (work) =>
      work({
        hasActiveAdmin: async () => false,
        gatherRegistration: createGatherRegistration({
          schema,
          given,
          readStdin: async () =>
            readPassword(
              (async function* send() {
                yield stdin ?? ''
              })(),
            ),
          openTerminal:
            answers &&
            (() => ({
              ask: answer,
              askSecretly: async (question) => answer(`(secretly) ${question}`),
              say: (text) => void shown.push(text),
              close: () => (isClosed = true),
            })),
        }),
        createAdmin: async (registration) => {
          gathered = registration
          return {
            ...registration,
            displayName: '',
            id: 7,
            isActive: true,
            securityVersion: 1,
            roles: ['admin', 'user'],
            permissions: [],
          }
        },
      }),
    print: (text) => void (stdout += text),
    warn: (text) => void (stderr += text),
  })
  const code = await command(args)
  if (answers && shown.length > 0) expect(isClosed).toBe(true)
  return { code, stdout, stderr, gathered, shown }
}

describe('create-admin: where its values come from', () => {
  it('the environment, and options before it', async () => {
    expect(await run([], { given: complete })).toMatchObject({ code: 0, gathered: complete, stderr: '' })
    const args = [
      '--login',
      'other',
      '--email=o@example.com',
      '--display-name',
      'Анна Мария',
      '--password-stdin',
    ]
    expect((await run(args, { given: complete, stdin: 'OtherPass123!\r\n' })).gathered).toEqual({
      login: 'other',
      email: 'o@example.com',
      display_name: 'Анна Мария',
      password: 'OtherPass123!',
    })
  })

  it('--json prints the account, and nothing else does the password', async () => {
    const { stdout } = await run(['--json'], { given: complete })
    expect(JSON.parse(stdout)).toEqual({
      ...{ id: 7, login: 'the_boss', email: 'boss@example.com', roles: ['admin', 'user'] },
    })
  })

  it('what is missing is said in one line where there is nobody to ask', async () => {
    expect(await run(['--login', 'the_boss'])).toMatchObject({
      code: 1,
      stderr:
        'create-admin: missing: e-mail address (--email or ADMIN_EMAIL), display name (--display-name or ' +
        'ADMIN_DISPLAY_NAME), password (--password-stdin, ADMIN_PASSWORD_FILE or ADMIN_PASSWORD)\n',
    })
  })

  it('what is missing is asked for at a terminal, the password twice and secretly', async () => {
    const answers = [' boss@example.com ', 'The Boss', complete.password, complete.password]
    const { code, gathered, shown } = await run(['--login', 'the_boss'], { answers })
    expect({ code, gathered }).toEqual({ code: 0, gathered: complete })
    expect(shown).toEqual([
      'e-mail address: ',
      'display name: ',
      '(secretly) password: ',
      '(secretly) password again: ',
    ])
  })

  it('what breaks a rule is asked for again, with the rule, three times at most', async () => {
    const { login, email, display_name } = complete
    const answers = ['weak', complete.password, 'another', 'Password1!']
    const { code, stderr, shown } = await run([], { given: { login, email, display_name }, answers })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'create-admin: no password that can be used after 3 tries\n',
    })
    expect(shown).toEqual([
      '(secretly) password: ',
      expect.stringMatching(/^Has to have 8 characters or more, .*\n$/),
      '(secretly) password: ',
      '(secretly) password again: ',
      'The two are not the same\n',
      '(secretly) password: ',
      'Is one of the passwords that attackers try first\n',
    ])
  })

  it('what was given and breaks a rule is said before anybody is asked, without its value', async () => {
    const { code, stderr, shown } = await run(['--login', 'a b'], {
      given: { password: 'the-secret' },
      answers: [],
    })
    expect({ code, shown }).toEqual({ code: 1, shown: [] })
    expect(stderr).toMatch(/^create-admin: login: Has to have 3 to 30 .*; password: Needs an upper-case.*\n$/)
    expect(stderr).not.toContain('the-secret')
  })

  it.each([
    ['', /is empty/],
    ['\n', /is empty/],
    ['one\ntwo\n', /more than the one line/],
    ['x'.repeat(5_000), /too long/],
  ])('a standard input of %j is no password', async (stdin, message) => {
    const { code, stderr } = await run(['--password-stdin'], { given: complete, stdin })
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/one\ntwo|xxx/)
  })

  it.each([
    ['--password', 'the-secret'],
    ['--password=the-secret'],
    ['--password-std', 'the-secret'],
    ['--passwd=the-secret'],
    ['the-secret'],
    ['-pthe-secret'],
    ['--if-none=the-secret'],
  ])('a password in the wrong place is refused and not repeated: %s %s', async (...args) => {
    const { code, stdout, stderr } = await run(
      args.filter((arg) => typeof arg === 'string'),
      { given: complete },
    )
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^create-admin: .*\n\nUsage: create-admin/)
    expect(stderr).not.toContain('the-secret')
  })

  it.each([['--help'], ['help']])('%s tells how it is used', async (arg) => {
    expect(await run([arg])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: create-admin/) })
  })
})
