import { parseArgs, type ParseArgsConfig } from 'node:util'
import { z } from 'zod'
import type { ChainHead } from '../../domain/audit-chain.ts'
import type { AuditFilter } from '../../audit-ports.ts'
import { type AuditCursor, readCursor } from './audit-cursor.ts'
import { isInstant } from '../../domain/instant.ts'

export const programName = 'audit-log'

const mostAtATime = 500

export const usage = `Usage: ${programName} verify|list|show [--json]

  verify               follows the chain from its beginning, and names the first entry that is changed or missing
    --head POSITION:HASH   a head that was noted before: it has to be in the chain still
  list                 entries, newest first
    --action ACTION      what happened, such as "login refused"
    --user ID            the account it happened to
    --actor ID           the account that did it
    --since TIME         at that time or later, such as 2026-01-02T03:04:05Z
    --until TIME         before that time
    --limit N            how many: 1 to ${mostAtATime}, otherwise 50
    --after CURSOR       the page that comes after, as the page before it says
  show ID              one entry, with its details and its hash

Ends with 0 when it was done and the chain is intact, with 2 when the chain is not, with 1 when it could not be done.
`

const options = {
  verify: { head: { type: 'string' } },
  list: {
    action: { type: 'string' },
    user: { type: 'string' },
    actor: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    limit: { type: 'string' },
    after: { type: 'string' },
  },
  show: {},
} as const satisfies Record<string, ParseArgsConfig['options']>

type AuditCommand = keyof typeof options

export type AuditArguments = { json: boolean } & (
  | { command: 'verify'; head?: ChainHead | undefined }
  | { command: 'list'; filter: AuditFilter; limit: number; cursor?: AuditCursor | undefined }
  | { command: 'show'; id: number }
)

type OptionName = { [Command in AuditCommand]: keyof (typeof options)[Command] }[AuditCommand]

type Values = { json?: boolean } & Partial<Record<OptionName, string>>

const isCommand = (name: string | undefined): name is AuditCommand =>
  name !== undefined && Object.hasOwn(options, name)

export const parseArguments = ([command, ...rest]: readonly string[]): AuditArguments => {
  if (!isCommand(command))
    throw new Error(command === undefined ? 'which command?' : `there is no command "${command}"`)
  const { values, positionals } = parseArgs({
    args: rest,
    options: { ...options[command], json: { type: 'boolean' } },
    allowPositionals: command === 'show',
  }) as { values: Values; positionals: string[] }
  const { json = false } = values
  if (command === 'verify') return { json, command, head: headIn(values.head) }
  if (command === 'list') return { json, command, ...listArguments(values) }
  const [id, ...others] = positionals
  if (id === undefined || others.length > 0) throw new Error('show takes one ID')
  return { json, command, id: numberIn('ID', id) }
}

const headIn = (text: string | undefined): ChainHead | undefined => {
  if (text === undefined) return undefined
  const [, position, hash] = /^(\d{1,15}):([\da-f]{64})$/i.exec(text) ?? []
  if (position === undefined || hash === undefined)
    throw new Error('--head has to be POSITION:HASH, as verify has told it')
  return { position: Number(position), hash: hash.toLowerCase() }
}

const listArguments = ({ action, user, actor, since, until, limit = '50', after }: Values) => {
  const cursor = after === undefined ? undefined : readCursor(after)
  if (after !== undefined && cursor === undefined)
    throw new Error('--after has to be what the page before it has ended with')
  const filter: AuditFilter = {
    action,
    userId: user === undefined ? undefined : numberIn('--user', user),
    actorId: actor === undefined ? undefined : numberIn('--actor', actor),
    since: timeIn('--since', since),
    until: timeIn('--until', until),
  }
  return { filter, limit: numberIn('--limit', limit, mostAtATime), cursor }
}

const timeSchema = z.union([z.iso.datetime({ offset: true }), z.iso.date()])

const timeIn = (name: string, text: string | undefined) => {
  if (text === undefined) return undefined
  const time = timeSchema.safeParse(text)
  const at = new Date(time.data ?? Number.NaN)
  if (!isInstant(at)) throw new Error(`${name} has to be a time such as 2026-01-02T03:04:05Z`)
  return at
}

const numberIn = (name: string, text: string, most = 999_999_999_999_999) => {
  const number = /^\d{1,15}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > most) throw new Error(`${name} has to be a whole number from 1 to ${most}`)
  return number
}
