import { expect, test } from 'vitest'
import { createEventsCommand } from './command.ts'
import { parseArguments } from './parse-arguments.ts'

const run = async (args: string) => {
  let stdout = ''
  let stderr = ''
  const command = createEventsCommand({
    withUseCases: async () => {
      throw new Error('unreachable')
    },
    print: (text) => void (stdout += text),
    warn: (text) => void (stderr += text),
  })
  return { code: await command(args.split(' ').filter(Boolean)), stdout, stderr }
}

test.each([
  ['', /which command\?/],
  ['lst', /no command "lst"/],
  ['constructor', /no command "constructor"/],
  ['list some', /list takes no ID/],
  ['list --kind all', /--kind has to be one of dead, parked, waiting/],
  ['list --limit 0', /--limit has to be a whole number from 1 to 500/],
  ['list --limit 501', /--limit/],
  ['list --limit 1e2', /--limit/],
  ['list --after nonsense', /--after has to be/],
  ['list --all', /--all/],
  ['show', /show takes one ID/],
  ['show one two', /show takes one ID/],
  ['replay', /replay takes one ID/],
  ['replay one --all', /replay --all takes no ID/],
  ['discard', /discard takes one ID/],
  ['discard one --all', /--all/],
  ['republish', /--since has to be a time/],
  ['republish --since yesterday', /--since has to be a time/],
  ['republish --since 2026-13-01', /--since has to be a time/],
  ['republish --since 0000-01-01T00:00:00Z', /--since has to be a time/],
  ['republish --since 9999-12-31T23:59:59-23:59', /--since has to be a time/],
  ['republish --since 2026-01-02 --account me', /--account has to be/],
])('"events %s" is refused with the reason', async (args, message) => {
  const { code, stdout, stderr } = await run(args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toContain('Usage: events')
})

test.each(['help', '--help', 'replay --help'])('"events %s" tells how it is used', async (args) => {
  expect(await run(args)).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: events/), stderr: '' })
})

test('an id may begin like an option, after --', () => {
  expect(parseArguments(['show', '--', '--odd'])).toEqual({ json: false, command: 'show', id: '--odd' })
})
