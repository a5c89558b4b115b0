import { describe, expect, it } from 'vitest'
import { createKeysCommand } from './command.ts'
import { parseArguments } from './parse-arguments.ts'

const run = async (args: string) => {
  let stdout = ''
  let stderr = ''
  const unreachable = async () => {
    throw new Error('unreachable')
  }
  const command = createKeysCommand({
    withUseCases: async (work) =>
      work({
        ...{ listKeys: unreachable, generateKey: unreachable },
        ...{ rotateKeys: unreachable, retireKey: unreachable },
      }),
    print: (text) => void (stdout += text),
    warn: (text) => void (stderr += text),
  })
  const code = await command(args.split(' ').filter(Boolean))
  return { code, stdout, stderr }
}

describe('the arguments of keys', () => {
  it.each([
    ['', /which command[^]*Usage: keys/],
    ['rotat', /no command "rotat"[^]*Usage: keys/],
    ['constructor', /no command "constructor"/],
    ['list --now', /--now/],
    ['retire', /one KID/],
    ['retire one two', /one KID/],
    ['rotate kid', /options only/],
    ['generate --out', /--out/],
    ['generate --algorithm none', /^keys: --algorithm has to be one of .*\n$/],
  ])('"keys %s" is refused with the reason', async (args, message) => {
    const { code, stdout, stderr } = await run(args)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(message)
  })

  it.each(['help', '--help', 'rotate --help'])('"keys %s" tells how it is used', async (args) => {
    expect(await run(args)).toEqual({ code: 0, stdout: expect.stringMatching(/^Usage: keys/), stderr: '' })
  })

  it('a kid may begin like an option', () => {
    const kid = '-'.repeat(43)
    expect(parseArguments(['retire', kid, '--now'])).toMatchObject({ command: 'retire', kid, now: true })
  })
})
