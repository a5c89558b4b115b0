import { readCommand } from '../../command-line/arguments.ts'

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
} as const

export interface KeysArguments {
  command: keyof typeof options
  kid: string
  json: boolean
  now: boolean
  offline: boolean
  algorithm?: string | undefined
  out?: string | undefined
}

// A kid may begin with a dash, as an option does.
const kidPattern = /^[\w-]{43}$/

export const parseArguments = (args: readonly string[]): KeysArguments => {
  const kids = args.filter((argument) => kidPattern.test(argument))
  const { command, json, values, positionals } = readCommand(
    options,
    args.filter((argument) => !kidPattern.test(argument)),
  )
  const [kid = '', ...others] = [...kids, ...positionals]
  const takesKid = command === 'retire'
  if (others.length > 0 || (kid !== '') !== takesKid)
    throw new Error(takesKid ? 'retire takes one KID' : `${command} takes options only`)
  const { now = false, offline = false, algorithm, out } = values
  return { command, kid, json, now, offline, algorithm, out }
}
