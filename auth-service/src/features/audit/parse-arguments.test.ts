import { expect, test } from 'vitest'
import { createAuditCommand } from './command.ts'
import { parseArguments } from './parse-arguments.ts'

const run = async (args: readonly string[]) => {
  let stdout = ''
  let stderr = ''
  const command = createAuditCommand({
    withUseCases: async () => {
      throw new Error('unreachable')
    },
    print: (text) => void (stdout += text),
    warn: (text) => void (stderr += text),
  })
  return { code: await command(args), stdout, stderr }
}

test.each([
  ['', /which command\?/],
  ['lst', /no command "lst"/],
  ['constructor', /no command "constructor"/],
  ['verify 7', /verify takes options only/],
  ['verify --head', /--head/],
  ['verify --head 7', /--head has to be POSITION:HASH/],
  [`verify --head 7:${'g'.repeat(64)}`, /--head has to be POSITION:HASH/],
  ['verify --limit 7', /Unknown option '--limit'/],
  ['list some', /list takes options only/],
  ['list --all', /Unknown option '--all'/],
  ['list --limit 0', /--limit has to be a whole number from 1 to 500/],
  ['list --limit 501', /--limit/],
  ['list --limit 1e2', /--limit/],
  ['list --user me', /--user has to be a whole number/],
  ['list --actor 0', /--actor has to be a whole number/],
  ['list --since yesterday', /--since has to be a time/],
  ['list --until 2026-13-01', /--until has to be a time/],
  ['list --until 0000-01-01', /--until has to be a time/],
  ['list --after nonsense', /--after has to be/],
  ['show', /show takes one ID/],
  ['show 1 2', /show takes one ID/],
  ['show one', /ID has to be a whole number/],
])('"audit-log %s" is refused with the reason, and how it is used', async (args, message) => {
  const { code, stdout, stderr } = await run(args.split(' ').filter(Boolean))
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(message)
  expect(stderr).toMatch(/^audit-log: [^\n]+\n\nUsage: audit-log verify\|list\|show/)
})

test.each(['help', '--help', 'verify --help'])('"audit-log %s" tells how it is used', async (args) => {
  const { code, stdout, stderr } = await run(args.split(' '))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(/^Usage: audit-log/)
})

test('filters, and a head in either case', () => {
  const filters = ['--action', 'login refused', '--user', '7', '--actor', '8']
  const times = ['--since', '2026-01-02', '--until', '2026-01-02T03:04:05+01:00']
  expect(parseArguments(['list', ...filters, ...times, '--limit', '3', '--json'])).toEqual({
    ...{ json: true, command: 'list', limit: 3, cursor: undefined },
    filter: {
      ...{ action: 'login refused', userId: 7, actorId: 8 },
      ...{ since: new Date('2026-01-02'), until: new Date('2026-01-02T02:04:05Z') },
    },
  })
  expect(parseArguments(['verify', '--head', `12:${'AB'.repeat(32)}`])).toEqual({
    ...{ json: false, command: 'verify', head: { position: 12, hash: 'ab'.repeat(32) } },
  })
})
