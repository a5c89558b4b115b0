import { describe, expect, it } from 'vitest'
import { parseArguments } from './users-arguments.ts'
import { createUsersCommand } from './users-command.ts'

const run = async (args: string) => {
  let stdout = ''
  let stderr = ''
  const command = createUsersCommand({
    withUseCases: async () => Promise.reject(new Error('unreachable')),
    print: (text) => void (stdout += text),
    warn: (text) => void (stderr += text),
  })
  const code = await command(args.split(' ').filter(Boolean))
  return { code, stdout, stderr }
}

describe('the arguments of users', () => {
  it.each([
    ['', /which command[^]*Usage: users/],
    ['lst', /no command "lst"/],
    ['constructor', /no command "constructor"/],
    ['list somebody', /options only/],
    ['list --role admin --inactive', /only one of/],
    ['show', /show takes one WHO/],
    ['deactivate one two', /deactivate takes one WHO/],
    ['roles', /roles takes one WHO/],
    ['roles john admin --add support', /either ROLE/],
    ['roles john --add admin --remove admin', /the same role/],
    ['end-sessions john --add admin', /--add/],
    ['end-sessions', /one WHO, or --everyone/],
    ['deactivate --everyone', /--everyone/],
  ])('"users %s" is refused with the reason', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it.each(['help', '--help', 'roles --help'])('"users %s" tells how it is used', async (args) => {
    expect(await run(args)).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: users/), stderr: '' })
  })

  it('roles are shown, set, or changed one by one', () => {
    expect(parseArguments(['roles', 'john'])).toMatchObject({ who: 'john', edit: undefined })
    expect(parseArguments(['roles', 'john', 'admin', 'support'])).toMatchObject({
      edit: { kind: 'set', roles: ['admin', 'support'] },
    })
    expect(parseArguments(['roles', 'john', '--add', 'a1', '--add=b1', '--remove', 'c1'])).toMatchObject({
      edit: { kind: 'change', add: ['a1', 'b1'], remove: ['c1'] },
    })
  })
})
