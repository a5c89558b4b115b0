import { parseArgs, type ParseArgsConfig } from 'node:util'

export const usage = `Usage: keys COMMAND [--json]

  list                 the keys that tokens are signed and verified with
  generate             a new private key for JWT_PRIVATE_KEY, as PEM
    --algorithm NAME     what it will sign with; otherwise JWT_ALGORITHM
    --out FILE           a new file of mode 600 instead of the standard output
    --offline            without a record in the audit log, where there is no database
  rotate               a new key in the ring KEY_RING: published at once, signs in two minutes
    --now                signs at once, for an emergency
  retire KID           when a key retires that another one has taken over from
    --now                ends it at once, with every token it signed
`

const options = {
  list: {},
  generate: { algorithm: { type: 'string' }, out: { type: 'string' }, offline: { type: 'boolean' } },
  rotate: { now: { type: 'boolean' } },
  retire: { now: { type: 'boolean' } },
} as const satisfies Record<string, ParseArgsConfig['options']>

export type KeysCommand = keyof typeof options

export interface KeysArguments {
  command: KeysCommand
  kid: string
  json: boolean
  now: boolean
  offline: boolean
  algorithm?: string | undefined
  out?: string | undefined
}

// A kid may begin with a dash, as an option does.
const kidPattern = /^[\w-]{43}$/

const isCommand = (name: string | undefined): name is KeysCommand =>
  name !== undefined && Object.hasOwn(options, name)

export const parseArguments = ([command, ...rest]: readonly string[]): KeysArguments => {
  if (!isCommand(command))
    throw new Error(command === undefined ? 'which command?' : `there is no command "${command}"`)
  const parsed = parseArgs({
    args: rest.filter((argument) => !kidPattern.test(argument)),
    options: { ...options[command], json: { type: 'boolean' } },
    allowPositionals: true,
  })
  const positionals = [...rest.filter((argument) => kidPattern.test(argument)), ...parsed.positionals]
  const expected = command === 'retire' ? 1 : 0
  if (positionals.length !== expected)
    throw new Error(expected === 1 ? 'retire takes one KID' : `${command} takes options only`)
  const {
    now = false,
    offline = false,
    json = false,
    algorithm,
    out,
  } = parsed.values as Partial<KeysArguments>
  return { command, kid: positionals[0] ?? '', json, now, offline, algorithm, out }
}
